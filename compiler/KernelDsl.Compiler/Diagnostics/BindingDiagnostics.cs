namespace KernelDsl.Compiler.Diagnostics;

/// <summary>KD2xxx: names, axes and domains.</summary>
internal static class BindingDiagnostics
{
    public static readonly DiagnosticDescriptor UnknownName = Error("KD2001", "Unknown name", "Nothing here is named '{0}'{1}.",
        "Names are the kernel's parameters, outputs, lets, axes, extents, consts and labels, and the functions of the file.");

    public static readonly DiagnosticDescriptor DuplicateName = Error("KD2002", "Name used twice", "'{0}' is already {1}; give this one another name.",
        "Tensors, scalars, axes, extents, consts and type parameters of one kernel share one set of names.");

    public static readonly DiagnosticDescriptor FreeAxis = Error("KD2003", "Axis is free on the right",
        "{0} neither on the left nor reduced here; reduce over {2} (for example 'sum[{1}](…)'), put {2} on the left, or use {3}.",
        "Every axis on the right must be on the left or bound by a reduction; there are no implicit sums.");

    public static readonly DiagnosticDescriptor UnknownAxis = Error("KD2004", "Unknown axis", "No axis is named '{0}'{1}.",
        "An axis is introduced with its extent, as in 'i: M', by a parameter, an output or a let.");

    public static readonly DiagnosticDescriptor AxisRedefined = Error("KD2005", "Axis has another extent", "Axis '{0}' has extent {1}; it cannot also have extent {2}. Use another axis name.",
        "An axis has one extent in the whole kernel.");

    public static readonly DiagnosticDescriptor NoSuchAxis = Error("KD2006", "Tensor lacks the axis", "'{0}' has no axis '{1}'{2}; its axes are [{3}].",
        "A named subscript replaces one of the tensor's own axes.");

    public static readonly DiagnosticDescriptor SubscriptCount = Error("KD2007", "Wrong number of subscripts", "'{0}' has {1} [{2}], and here {3}.",
        "Give one subscript for each axis, or name the axes that you replace.");

    public static readonly DiagnosticDescriptor SubscriptMix = Error("KD2008", "Subscripts clash", "{0}",
        "Subscripts are either all positional or all named, and each axis is named once.");

    public static readonly DiagnosticDescriptor UnknownKernel = Error("KD2009", "Unknown kernel", "No kernel of this file is named '{0}'{1}.",
        "Examples, schedules and gradients name a kernel of the same file.");

    public static readonly DiagnosticDescriptor IndexOutside = Error("KD2010", "Read may be outside its tensor",
        "'{0}' may be undefined: {1} = '{2}' {3}, and axis '{1}' has extent {4}. Write '… else value', restrict the domain with 'where', or read it inside a reduction.",
        "A point outside the extent is undefined. State what holds ('where M <= N' after the signature), or give the value there with 'else'.");

    public static readonly DiagnosticDescriptor UndefinedLocal = Error("KD2011", "Value may be undefined here",
        "'{0}' may be undefined here: {1}. Write '… else value', or read it inside a reduction.",
        "A let has a value only where its 'where' holds and everything it reads is defined.");

    public static readonly DiagnosticDescriptor EmptyReduction = Error("KD2012", "Reduction may range over nothing",
        "'{0}[{1}]' may have nothing to range over, and then has no value{2}. Write '… else value', or state with 'where' what makes it non-empty.",
        "sum, prod, any and all have a value over nothing (0, 1, false, true); max, min, mean, argmax, argmin and logsumexp do not.");

    public static readonly DiagnosticDescriptor NotStored = Error("KD2013", "Read of a point that may not be stored",
        "'{0}' is {1} and has a value only at its stored points. Read it inside a reduction, write '… else 0', or give the output the same points with 'like {0}'.",
        "A sparse or paged tensor is undefined where nothing is stored.");

    public static readonly DiagnosticDescriptor DataIndex = Error("KD2014", "Subscript is data",
        "'{0}' may be undefined: the subscript '{1}' is data and may be outside 0 .. {2} - 1 of axis '{3}'. Write '… else value', or read it inside a reduction.",
        "A gathered position outside the extent is undefined.");

    public static readonly DiagnosticDescriptor ZeroDivisor = Error("KD2015", "Divisor may be 0", "The integer division by '{0}' is undefined where it is 0. Write '… else value', or state '{0} >= 1' with 'where'.",
        "Integer division and remainder by 0 are undefined, like a read outside a tensor.");

    public static readonly DiagnosticDescriptor OutputMissing = Error("KD2016", "Output is not defined", "Output '{0}' has no equation; write '{0} = …;'.",
        "Every output is defined by exactly one equation.");

    public static readonly DiagnosticDescriptor DefinedTwice = Error("KD2017", "Defined twice", "'{0}' already has an equation; every value is defined once.",
        "Merge the equations, for example with 'if … then … else …'.");

    public static readonly DiagnosticDescriptor NotAnOutput = Error("KD2018", "Not an output", "'{0}' is {1}; an equation without 'let' defines an output{2}.",
        "The left side of an equation without 'let' is an output of the kernel.");

    public static readonly DiagnosticDescriptor Cycle = Error("KD2019", "Defined through itself",
        "'{0}' is defined through itself at the same point ({1}). A recurrence reads one step back along an axis, as in '{0}[t: t - 1] else 0'.",
        "Each value may depend on earlier points of one axis (t - 1, t - 2, …) or on later ones (t + 1, …), not on both and not on itself.");

    public static readonly DiagnosticDescriptor OutputDomain = Error("KD2020", "Output has a domain", "Output '{0}' must have a value at every point, so its equation cannot have a 'where'. Put the condition in a let and write '… else value'.",
        "A restricted domain belongs to a let; the output says with 'else' what stands elsewhere.");

    public static readonly DiagnosticDescriptor UnknownFunction = Error("KD2021", "Unknown function", "No function is named '{0}'{1}.",
        "Functions are built in or defined in the file with 'fn'.");

    public static readonly DiagnosticDescriptor ArgumentCount = Error("KD2022", "Wrong number of arguments", "'{0}' takes {1}, and here are {2}.",
        "See the function's definition or the language reference.");

    public static readonly DiagnosticDescriptor RecursiveFunction = Error("KD2023", "Function calls itself", "Function '{0}' calls itself; functions are inlined and cannot be recursive.",
        "Use a recurrence along an axis instead.");

    public static readonly DiagnosticDescriptor UnknownReduction = Error("KD2024", "Unknown reduction", "No reduction is named '{0}'{1}.",
        "Reductions are sum, prod, max, min, mean, any, all, argmax, argmin, logsumexp, softmax, log_softmax, topk and sort.");

    public static readonly DiagnosticDescriptor UnknownExtent = Error("KD2025", "Unknown extent", "No extent, const or label is named '{0}'{1}; a new extent can only be introduced by a parameter or an output.",
        "The sizes inside a kernel follow from the sizes of its parameters.");

    public static readonly DiagnosticDescriptor LeftSide = Error("KD2026", "Left side is not the output's own axes", "The left side of '{0}' must be its own axes [{1}]; for a computed position use '+=', 'max=' or 'min='.",
        "An equation defines a tensor at all its points; a scatter sends values to computed places.");

    public static readonly DiagnosticDescriptor TargetCount = Error("KD2027", "Wrong number of names on the left", "'{0}' gives {1}, and there {2} on the left.",
        "argmax over several axes gives one position for each axis; topk and sort give a value and a position.");

    public static readonly DiagnosticDescriptor RankAxis = Error("KD2028", "topk or sort needs a new axis on the left",
        "'{0}' gives its values along a new axis of extent {1}; the left side needs exactly one axis of that extent that the right side does not use, as in 'let (v, at)[…, r: {1}] = …'.",
        "The new axis counts the rank: 0 is the largest of topk and the smallest of sort.");

    public static readonly DiagnosticDescriptor SeveralValues = Error("KD2029", "Several values where one is needed", "'{0}' gives several values; take them apart with 'let (…, …) = {0}…;'.",
        "Such a reduction stands alone on the right of an equation with several names on the left.");

    public static readonly DiagnosticDescriptor UnknownFormat = Error("KD2030", "Unknown format", "No storage format is named '{0}'{1}.",
        "Formats are csr, csc, coo, ell(w), bsr(r, c), nm(n, m), and 'like a' for an output.");

    public static readonly DiagnosticDescriptor FormatShape = Error("KD2031", "Format does not fit", "{0}",
        "Sparse formats take two axes of plain extents, and the sizes in brackets after their name.");

    public static readonly DiagnosticDescriptor LikeMismatch = Error("KD2032", "'like' does not fit", "{0}",
        "'like a' stores an output at the points of sparse parameter a, which must have the same axes.");

    public static readonly DiagnosticDescriptor RaggedAxis = Error("KD2033", "Ragged or paged axis does not fit", "{0}",
        "See 'Ragged axes' and 'Paged axes' in the language reference.");

    public static readonly DiagnosticDescriptor TooLarge = Error("KD2034", "Kernel is too large", "Kernel '{0}' has more than {1} nodes once its functions are inlined.",
        "Give intermediate values a name with 'let', so that they are computed once.");

    public static readonly DiagnosticDescriptor NotAValue = Error("KD2035", "Not a value", "'{0}' is {1} and has no value here{2}.",
        "Tensors, scalars, axes, extents, consts and labels are values.");

    public static readonly DiagnosticDescriptor ReductionAxes = Error("KD2036", "Reduction needs axis names", "{0}",
        "Write the axes to reduce in brackets, as in 'sum[i, j](…)'; topk also takes the number of values: 'topk[j, 8](…)'.");

    public static readonly DiagnosticDescriptor EmptyAxis = Error("KD2037", "Axis has no points", "Axis '{0}' has an extent of {1}, which is never positive.",
        "Every extent is at least 1.");

    public static readonly DiagnosticDescriptor UnknownLabel = Error("KD2038", "Unknown label", "Axis '{0}' has no label '{1}'{2}; its labels are {{{3}}}.",
        "A label stands for its position on its own axis.");

    public static readonly DiagnosticDescriptor TooDeep = Error("KD2039", "Kernel is nested too deeply", "Kernel '{0}' is nested too deeply once its functions are inlined and its lets are followed.",
        "Call fewer functions inside one another, or give intermediate values a name with 'let'.");

    public static readonly DiagnosticDescriptor GradientLater = Error("KD2090", "Gradients are not built yet", "The gradient of '{0}' was understood, but this version cannot differentiate yet.",
        "Remove the gradient, or write the backward kernel by hand.");

    /// <summary>Everything in this catalogue.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } =
    [
        UnknownName, DuplicateName, FreeAxis, UnknownAxis, AxisRedefined, NoSuchAxis, SubscriptCount, SubscriptMix,
        UnknownKernel, IndexOutside, UndefinedLocal, EmptyReduction, NotStored, DataIndex, ZeroDivisor, OutputMissing,
        DefinedTwice, NotAnOutput, Cycle, OutputDomain, UnknownFunction, ArgumentCount, RecursiveFunction, UnknownReduction,
        UnknownExtent, LeftSide, TargetCount, RankAxis, SeveralValues, UnknownFormat, FormatShape, LikeMismatch, RaggedAxis,
        TooLarge, NotAValue, ReductionAxes, EmptyAxis, UnknownLabel, TooDeep, GradientLater,
    ];

    internal static DiagnosticDescriptor Error(string id, string title, string message, string help) => new(id, title, message, DiagnosticSeverity.Error, help);
}
