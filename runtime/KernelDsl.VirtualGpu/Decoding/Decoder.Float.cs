using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Numerics;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Decoding;

/// <summary>Arithmetic of f32, f64, f16 and bf16.</summary>
internal sealed unsafe partial class Decoder
{
    private void DecodeFloat(string opcode, PtxType type, Modifiers m)
    {
        var isSingle = type == PtxType.F32;
        _i.Class = isSingle ? InstructionClass.Single : InstructionClass.Double;
        var ftz = m.Has(".ftz");
        var sat = m.Has(".sat");
        var round = m.Round();
        var isTernary = opcode is "fma" or "mad";
        var isUnary = opcode is "abs" or "neg";
        if ((ftz || sat) && !isSingle)
        {
            throw Error($"'{_text.Name}' is not executed.");
        }

        // Texts for the first devices, which flushed subnormals always, name no direction.
        var isOld = ArchitectureNumber(_module.Target) is > 0 and < 20;
        ftz |= isOld && isSingle;
        if (isTernary && round is null && !isOld)
        {
            throw Error($"'{_text.Name}' needs a direction of rounding.");
        }

        Operands(isTernary ? 4 : isUnary ? 2 : 3);
        _i.D = Destination(0, type);
        _i.A = Source(1, type);
        _i.B = isUnary ? -1 : Source(2, type);
        _i.C = isTernary ? Source(3, type) : -1;
        if (opcode == "div" && isSingle)
        {
            DecodeDivide(m, ftz, round);
            return;
        }

        if (opcode is "min" or "max" && isSingle)
        {
            var nan = m.Has(".NaN");
            var xor = m.Has(".xorsign");
            m.Skip(".abs");
            _i.Execute = (opcode, nan, xor) switch
            {
                ("min", false, false) => Binary<MinimumF32>(ftz, sat),
                ("min", true, false) => Binary<MinimumNaNF32>(ftz, sat),
                ("min", false, true) => Binary<MinimumXorSignF32<MinimumF32>>(ftz, sat),
                ("min", true, true) => Binary<MinimumXorSignF32<MinimumNaNF32>>(ftz, sat),
                (_, false, false) => Binary<MaximumF32>(ftz, sat),
                (_, true, false) => Binary<MaximumNaNF32>(ftz, sat),
                (_, false, true) => Binary<MinimumXorSignF32<MaximumF32>>(ftz, sat),
                _ => Binary<MinimumXorSignF32<MaximumNaNF32>>(ftz, sat),
            };
            return;
        }

        if (isSingle)
        {
            _i.Execute = opcode switch
            {
                "abs" => ftz ? &Lanes.Unary<float, float, Flushed1<AbsF32>> : &Lanes.Unary<float, float, AbsF32>,
                "neg" => ftz ? &Lanes.Unary<float, float, Flushed1<NegF32>> : &Lanes.Unary<float, float, NegF32>,
                _ => round switch
                {
                    ".rz" => Single<Directed<TowardZero>>(opcode, ftz, sat),
                    ".rm" => Single<Directed<Downward>>(opcode, ftz, sat),
                    ".rp" => Single<Directed<Upward>>(opcode, ftz, sat),
                    _ when !ftz && !sat => opcode switch
                    {
                        "add" => &Lanes.BinaryVector<float, AddF32Vector>,
                        "sub" => &Lanes.BinaryVector<float, SubtractF32Vector>,
                        "mul" => &Lanes.BinaryVector<float, MultiplyF32Vector>,
                        "fma" or "mad" => &Lanes.TernaryVector<float, MultiplyAddF32Vector>,
                        _ => throw Error($"'{_text.Name}' is not executed."),
                    },
                    _ => Single<ToNearest>(opcode, ftz, sat),
                },
            };
            return;
        }

        _i.Execute = opcode switch
        {
            "abs" => &Lanes.Unary<double, double, AbsF64>,
            "neg" => &Lanes.Unary<double, double, NegF64>,
            "min" => &Lanes.Binary<double, double, double, MinimumF64>,
            "max" => &Lanes.Binary<double, double, double, MaximumF64>,
            "div" => round switch
            {
                ".rn" => &Lanes.Binary<double, double, double, DivideF64>,
                ".rz" => &Lanes.Binary<double, double, double, DirectedDivideF64<TowardZero>>,
                ".rm" => &Lanes.Binary<double, double, double, DirectedDivideF64<Downward>>,
                ".rp" => &Lanes.Binary<double, double, double, DirectedDivideF64<Upward>>,
                _ => throw Error($"'{_text.Name}' needs a direction of rounding."),
            },
            _ => round switch
            {
                ".rz" => Double<Directed<TowardZero>>(opcode),
                ".rm" => Double<Directed<Downward>>(opcode),
                ".rp" => Double<Directed<Upward>>(opcode),
                _ => Double<ToNearest>(opcode),
            },
        };
    }

    private void DecodeDivide(Modifiers m, bool ftz, string? round)
    {
        if (round is ".rn")
        {
            _i.Execute = Binary<DivideF32>(ftz, false);
        }
        else if (round is null)
        {
            _i.Option = m.One(".approx", ".full") is null ? throw Error($"'{_text.Name}' is not executed.") : 0;
            _i.Option2 = ftz ? 1 : 0;
            _i.Execute = &Approximations.Divide;
        }
        else
        {
            _i.Execute = round switch
            {
                ".rz" => Binary<DirectedDivideF32<TowardZero>>(ftz, false),
                ".rm" => Binary<DirectedDivideF32<Downward>>(ftz, false),
                _ => Binary<DirectedDivideF32<Upward>>(ftz, false),
            };
        }
    }

    /// <summary>Reciprocals and roots in one direction of rounding.</summary>
    private void DecodeDirectedFunction(string opcode, PtxType type, string round, bool ftz)
    {
        _i.Execute = (opcode, type, round) switch
        {
            ("rcp", PtxType.F32, ".rz") => Unary<DirectedReciprocalF32<TowardZero>>(ftz),
            ("rcp", PtxType.F32, ".rm") => Unary<DirectedReciprocalF32<Downward>>(ftz),
            ("rcp", PtxType.F32, _) => Unary<DirectedReciprocalF32<Upward>>(ftz),
            ("sqrt", PtxType.F32, ".rz") => Unary<DirectedRootF32<TowardZero>>(ftz),
            ("sqrt", PtxType.F32, ".rm") => Unary<DirectedRootF32<Downward>>(ftz),
            ("sqrt", PtxType.F32, _) => Unary<DirectedRootF32<Upward>>(ftz),
            ("rcp", PtxType.F64, ".rz") => &Lanes.Unary<double, double, DirectedReciprocalF64<TowardZero>>,
            ("rcp", PtxType.F64, ".rm") => &Lanes.Unary<double, double, DirectedReciprocalF64<Downward>>,
            ("rcp", PtxType.F64, _) => &Lanes.Unary<double, double, DirectedReciprocalF64<Upward>>,
            ("sqrt", PtxType.F64, ".rz") => &Lanes.Unary<double, double, DirectedRootF64<TowardZero>>,
            ("sqrt", PtxType.F64, ".rm") => &Lanes.Unary<double, double, DirectedRootF64<Downward>>,
            ("sqrt", PtxType.F64, _) => &Lanes.Unary<double, double, DirectedRootF64<Upward>>,
            _ => throw Error($"'{_text.Name}' is not executed."),
        };
    }

    private static Handler Unary<TOp>(bool ftz)
        where TOp : struct, IUnary<float, float>
        => ftz ? &Lanes.Unary<float, float, Flushed1<TOp>> : &Lanes.Unary<float, float, TOp>;

    private static Handler Binary<TOp>(bool ftz, bool sat)
        where TOp : struct, IBinary<float, float, float>
    {
        if (ftz)
        {
            return sat ? &Lanes.Binary<float, float, float, Saturated<Flushed<TOp>>> : &Lanes.Binary<float, float, float, Flushed<TOp>>;
        }

        return sat ? &Lanes.Binary<float, float, float, Saturated<TOp>> : &Lanes.Binary<float, float, float, TOp>;
    }

    private static Handler Ternary<TOp>(bool ftz, bool sat)
        where TOp : struct, ITernary<float, float, float, float>
    {
        if (ftz)
        {
            return sat ? &Lanes.Ternary<float, float, float, float, Saturated3<Flushed3<TOp>>> : &Lanes.Ternary<float, float, float, float, Flushed3<TOp>>;
        }

        return sat ? &Lanes.Ternary<float, float, float, float, Saturated3<TOp>> : &Lanes.Ternary<float, float, float, float, TOp>;
    }

    private Handler Single<TMode>(string opcode, bool ftz, bool sat)
        where TMode : struct, IRounded
        => opcode switch
        {
            "add" => Binary<AddF32<TMode>>(ftz, sat),
            "sub" => Binary<SubtractF32<TMode>>(ftz, sat),
            "mul" => Binary<MultiplyF32<TMode>>(ftz, sat),
            "fma" or "mad" => Ternary<MultiplyAddF32<TMode>>(ftz, sat),
            _ => throw Error($"'{_text.Name}' is not executed."),
        };

    private Handler Double<TMode>(string opcode)
        where TMode : struct, IRounded
        => opcode switch
        {
            "add" => &Lanes.Binary<double, double, double, AddF64<TMode>>,
            "sub" => &Lanes.Binary<double, double, double, SubtractF64<TMode>>,
            "mul" => &Lanes.Binary<double, double, double, MultiplyF64<TMode>>,
            "fma" or "mad" => &Lanes.Ternary<double, double, double, double, MultiplyAddF64<TMode>>,
            _ => throw Error($"'{_text.Name}' is not executed."),
        };

    private void RequireArchitecture(int least)
    {
        if (ArchitectureNumber(_architecture) is > 0 and var has && has < least)
        {
            throw Error($"'{_text.Name}' needs sm_{least}, and the device is {_architecture}.");
        }
    }

    private static int ArchitectureNumber(string name)
        => int.TryParse(new string(name.SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(char.IsAsciiDigit).ToArray()), out var number) ? number : 0;

    private void DecodeFunction(string opcode, Modifiers m)
    {
        var ftz = m.Has(".ftz");
        var type = m.Type();
        _i.Class = InstructionClass.Special;
        if (opcode == "copysign")
        {
            Operands(3);
            _i.D = Destination(0, type);
            _i.A = Source(1, type);
            _i.B = Source(2, type);
            _i.Execute = type == PtxType.F32 ? &Lanes.Binary<float, float, float, CopySignF32> : &Lanes.Binary<double, double, double, CopySignF64>;
            return;
        }

        Operands(2);
        _i.D = Destination(0, type);
        _i.A = Source(1, type);
        var round = m.Round();
        if (round is not null && round != ".rn")
        {
            DecodeDirectedFunction(opcode, type, round, ftz);
            return;
        }

        if (round is ".rn")
        {
            _i.Execute = (opcode, type) switch
            {
                ("rcp", PtxType.F32) => ftz ? &Lanes.Unary<float, float, Flushed1<ReciprocalF32>> : &Lanes.Unary<float, float, ReciprocalF32>,
                ("sqrt", PtxType.F32) => ftz ? &Lanes.Unary<float, float, Flushed1<SqrtF32>> : &Lanes.Unary<float, float, SqrtF32>,
                ("rcp", PtxType.F64) => &Lanes.Unary<double, double, ReciprocalF64>,
                ("sqrt", PtxType.F64) => &Lanes.Unary<double, double, SqrtF64>,
                _ => throw Error($"'{_text.Name}' is not executed."),
            };
            return;
        }

        if (!m.Has(".approx"))
        {
            throw Error($"'{_text.Name}' is not executed.");
        }

        if (type == PtxType.F64)
        {
            _i.Execute = opcode switch
            {
                "rcp" => &Lanes.Unary<double, double, ReciprocalApproximateF64>,
                "rsqrt" => &Lanes.Unary<double, double, ReciprocalRootApproximateF64>,
                _ => throw Error($"'{_text.Name}' is not executed."),
            };
            return;
        }

        if (type is PtxType.BF16 or PtxType.BF16X2 && opcode is "tanh" or "ex2")
        {
            RequireArchitecture(90);
        }

        _i.Data = Approximation.Of(opcode, type) ?? throw Error($"'{_text.Name}' is not executed.");
        _i.Option2 = ftz ? 1 : 0;
        _i.Execute = type == PtxType.F32 ? &Approximations.Single : &Approximations.Half;
    }
}
