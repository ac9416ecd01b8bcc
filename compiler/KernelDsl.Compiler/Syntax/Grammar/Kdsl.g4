// The grammar of .kdsl files. LL(1) throughout, except that a comma needs a second token to tell a
// trailing comma from a separator. Format names, `like`, `ragged`, `paged`, `max=` and `min=` are
// ordinary names here: the tree builders give them their meaning.
grammar Kdsl;

file : moduleDeclaration? item* EOF ;

moduleDeclaration : 'module' name ('.' name)* ';' ;

item : kernel | function | example | schedule | gradient ;

// ---- Kernels ----------------------------------------------------------------------------------

kernel : kernelHeader statement* '}' ;

kernelHeader
    : 'deterministic'? 'kernel' name genericParameters? '(' parameters? ')'
      ('->' parameters)? ('where' conditions)? '{'
    ;

genericParameters : '<' (genericParameter (',' genericParameter)* ','?)? '>' ;

genericParameter
    : name ':' name ('|' name)*                                       # typeParameter
    | 'const' name (':' sum ('|' sum)*)? ('=' sum)?   # constParameter
    ;

parameters : parameter (',' parameter)* ','? ;

parameter : name ':' type ('=' expression)? ;

type : name (axes format?)? ;

format : name (name | '(' arguments? ')')? ;

axes : '[' (axis (',' axis)* ','?)? ']' ;

axis : name (':' extent)? ;

extent : labels | expression ;

labels : '{' names? '}' ;

names : name (',' name)* ','? ;

conditions : expression (',' expression)* ','? ;

// ---- Statements -------------------------------------------------------------------------------

statement
    : 'let' letTargets axes? '=' expression ('where' conditions)? ';'      # letStatement
    | targets assignmentOperator expression ('where' conditions)? ';'      # assignmentStatement
    ;

letTargets : name | '(' names ')' ;

targets : target | '(' target (',' target)* ','? ')' ;

target : name ('[' subscripts? ']')? ;

assignmentOperator : '=' | '+=' | name '=' ;

// ---- Other items ------------------------------------------------------------------------------

function : 'fn' name '(' names? ')' '=' expression ';' ;

example : 'example' name name '{' (exampleEntry (',' exampleEntry)* ','?)? '}' ;

exampleEntry : name '=' expression ;

schedule
    : 'schedule' name ('on' name ('(' name ')')?)?
      '{' (directive (';' directive)* ';'?)? '}'
    ;

directive : name (directiveArgument (',' directiveArgument)* ','?)? ;

directiveArgument : choice choice? ('|' choice)* ;

choice
    : '-'? literal          # literalChoice
    | name                  # nameChoice
    | '(' expression ')'    # parenthesizedChoice
    ;

gradient : 'gradient' name 'wrt' names ';' ;

// ---- Expressions, loosest first ---------------------------------------------------------------

expression
    : 'if' expression 'then' operation 'else' expression   # conditionalExpression
    | operation ('else' expression)?                                 # elseExpression
    ;

// The first alternatives bind tightest.
operation
    : sum                                                            # sumOperation
    | operation op=('<<' | '>>') operation                           # binaryOperation
    | operation op='&' operation                                     # binaryOperation
    | operation op='^' operation                                     # binaryOperation
    | operation op='|' operation                                     # binaryOperation
    | operation op=('==' | '!=' | '<' | '<=' | '>' | '>=') operation # binaryOperation
    | operation op='&&' operation                                    # binaryOperation
    | operation op='||' operation                                    # binaryOperation
    ;

// On its own where '<', '>' and '|' mean something else: the values of a const parameter.
sum
    : primary                                                        # primarySum
    | op=('-' | '!' | '~') sum                                       # unarySum
    | sum 'as' name                                                  # castSum
    | sum op=('*' | '/' | '%') sum                                   # binarySum
    | sum op=('+' | '-') sum                                         # binarySum
    ;

primary
    : literal                                                        # literalPrimary
    | name ('[' subscripts? ']' ('(' expression ')')? | call='(' arguments? ')')?   # namePrimary
    | '(' expression ')'                                             # parenthesizedPrimary
    ;

subscripts : subscript (',' subscript)* ','? ;

// With a colon the first expression must be the bare name of an axis.
subscript : expression (':' expression)? ;

arguments : expression (',' expression)* ','? ;

literal : INTEGER | HEX_INTEGER | FLOAT | BAD_NUMBER | 'true' | 'false' ;

name : IDENTIFIER ;

// ---- Tokens -----------------------------------------------------------------------------------

MODULE : 'module' ;
KERNEL : 'kernel' ;
FN : 'fn' ;
EXAMPLE : 'example' ;
SCHEDULE : 'schedule' ;
GRADIENT : 'gradient' ;
LET : 'let' ;
WHERE : 'where' ;
ELSE : 'else' ;
IF : 'if' ;
THEN : 'then' ;
AS : 'as' ;
CONST : 'const' ;
TRUE : 'true' ;
FALSE : 'false' ;
DETERMINISTIC : 'deterministic' ;
ON : 'on' ;
WRT : 'wrt' ;

OPEN_PAREN : '(' ;
CLOSE_PAREN : ')' ;
OPEN_BRACKET : '[' ;
CLOSE_BRACKET : ']' ;
OPEN_BRACE : '{' ;
CLOSE_BRACE : '}' ;
COMMA : ',' ;
SEMICOLON : ';' ;
COLON : ':' ;
DOT : '.' ;
ARROW : '->' ;
EQUALS : '=' ;
PLUS_EQUALS : '+=' ;
OR_OR : '||' ;
AND_AND : '&&' ;
EQUALS_EQUALS : '==' ;
NOT_EQUALS : '!=' ;
LESS : '<' ;
LESS_EQUALS : '<=' ;
GREATER : '>' ;
GREATER_EQUALS : '>=' ;
SHIFT_LEFT : '<<' ;
SHIFT_RIGHT : '>>' ;
PIPE : '|' ;
CARET : '^' ;
AMPERSAND : '&' ;
PLUS : '+' ;
MINUS : '-' ;
STAR : '*' ;
SLASH : '/' ;
PERCENT : '%' ;
BANG : '!' ;
TILDE : '~' ;

IDENTIFIER : [\p{L}_] [\p{L}\p{Mn}\p{Nd}_]* ;

INTEGER : [0-9] [0-9_]* ;
HEX_INTEGER : '0' [xX] [0-9a-fA-F] [0-9a-fA-F_]* ;
FLOAT
    : [0-9] [0-9_]* '.' [0-9] [0-9_]* EXPONENT?
    | [0-9] [0-9_]* EXPONENT
    ;
// Longer than the number it starts like; reported by the tokenizer, then read as a number.
BAD_NUMBER : [0-9] [\p{L}\p{Nd}_]* ;
fragment EXPONENT : [eE] [+-]? [0-9]+ ;

DOC_COMMENT : '///' (~[/\r\n] ~[\r\n]*)? -> channel(2) ;
LINE_COMMENT : '//' ~[\r\n]* -> channel(HIDDEN) ;
BLOCK_COMMENT : '/*' (~'*' | '*'+ ~[*/])* '*'+ '/' -> channel(HIDDEN) ;
// One character pair shorter than a closed comment, so it matches only where the end is missing.
UNCLOSED_COMMENT : '/*' (~'*' | '*'+ ~[*/])* '*'* -> channel(HIDDEN) ;
WHITESPACE : [ \t\r\n\f\uFEFF]+ -> channel(HIDDEN) ;
UNEXPECTED : . -> channel(HIDDEN) ;
