using KernelDsl.Compiler.Tiles;
using KernelDsl.Plans;

namespace KernelDsl.Compiler.Emission;

/// <summary>The parameters of a stage's device function: used buffers, used arguments (consts are macros there), serial variables.</summary>
internal static class StageParameters
{
    /// <summary>The threads of a block.</summary>
    public const int BlockSize = 128;

    public static ImmutableArray<PlanParameter> Of(LoopProgram program, Stage stage)
    {
        var uses = StageUses.Of(stage);
        var parameters = ImmutableArray.CreateBuilder<PlanParameter>();
        for (var i = 0; i < program.Buffers.Length; i++)
        {
            if (uses.Contains(program.Buffers[i]))
            {
                parameters.Add(new PlanParameter(PlanParameterKind.Buffer, i, uses.Writes(program.Buffers[i])));
            }
        }

        for (var i = 0; i < program.Arguments.Length; i++)
        {
            if (uses.Contains(program.Arguments[i]) && !program.Arguments[i].IsConst)
            {
                parameters.Add(new PlanParameter(PlanParameterKind.Argument, i, IsWritten: false));
            }
        }

        for (var i = 0; i < stage.SerialVariables.Length; i++)
        {
            parameters.Add(new PlanParameter(PlanParameterKind.Serial, i, IsWritten: false));
        }

        return parameters.ToImmutable();
    }
}
