using System.Runtime.CompilerServices;
using KernelDsl.Plans;
using KernelDsl.Runtime.Launching;

namespace KernelDsl.Runtime;

/// <summary>
/// One call of a kernel: takes the arguments, checks them and runs. Generated code begins it, passes every argument, runs it and ends it; it is then
/// used again, so that a call allocates nothing.
/// </summary>
public sealed class KernelLaunch
{
    private readonly Kernel _kernel;
    private readonly CallProgram _call;
    private readonly KernelSignature _signature;
    private readonly Operand[] _operands;
    private readonly bool[] _known;
    private readonly bool[] _passed;
    private readonly long[] _consts;
    private int _entered;

    internal KernelLaunch(Kernel kernel)
    {
        _kernel = kernel;
        _signature = kernel.Definition.Signature;
        _call = kernel.Definition.Call!;
        Program = kernel.Definition.Program!;
        _operands = new Operand[_signature.Arrays.Length];
        Values = new long[_call.ValueCount];
        Lengths = new long[Program.Plan.Buffers.Length];
        Addresses = new nint[Program.Plan.Buffers.Length];
        _known = new bool[_call.ValueCount];
        _passed = new bool[_call.ValueCount];
        _consts = new long[_signature.Consts.Length];
        for (var i = 0; i < _operands.Length; i++)
        {
            _operands[i].Logical = _signature.Arrays[i].Buffer is null ? new long[_signature.Arrays[i].Axes.Length] : null;
        }
    }

    internal KernelDevice Device => _kernel.Device;

    internal PlanProgram Program { get; }

    /// <summary>The values of the plan's arguments, then its serial variables, then one place that only the check of shapes uses.</summary>
    internal long[] Values { get; }

    /// <summary>The number of elements of each of the plan's buffers.</summary>
    internal long[] Lengths { get; }

    /// <summary>The address of each of the plan's buffers; the executable fills in those of workspace.</summary>
    internal nint[] Addresses { get; }

    /// <summary>What the executable keeps with the launch from one run to the next.</summary>
    internal IDisposable? State { get; set; }

    /// <summary>The number of arrays.</summary>
    internal int ArrayCount => _operands.Length;

    /// <summary>Passes a tensor.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="array">Which array of the signature it is.</param>
    /// <param name="tensor">The tensor.</param>
    /// <exception cref="KernelArgumentException">The tensor is empty, or lies on another device.</exception>
    /// <exception cref="TensorDisposedException">The tensor was disposed.</exception>
    public void Tensor<T>(int array, TensorRef<T> tensor)
        where T : unmanaged
    {
        ref var operand = ref _operands[array];
        if (tensor.StorageOrNull is not { } storage)
        {
            throw new KernelArgumentException(RuntimeDiagnostics.MissingBuffer, _signature.Name, _signature.Arrays[array].Key, Elements.TypeOf<T>().Name(), "?");
        }

        if (!ReferenceEquals(storage.Device, _kernel.Device))
        {
            throw new WrongDeviceException(_signature.Arrays[array].Key, storage.Device.Name, _signature.Name, _kernel.Device.Name);
        }

        tensor.ThrowIfDisposed();
        operand.Storage = storage;
        operand.Layout = tensor.Layout;
        operand.Address = tensor.RawAddress;
    }

    /// <summary>Passes the shape of a sparse tensor, whose arrays are passed by themselves.</summary>
    public void Shape(int array, long rows, long columns)
    {
        var logical = _operands[array].Logical ?? throw new ArgumentOutOfRangeException(nameof(array));
        (logical[0], logical[1]) = (rows, columns);
    }

    /// <summary>Passes a scalar.</summary>
    /// <typeparam name="T">The scalar's type.</typeparam>
    /// <param name="scalar">Which scalar of the signature it is.</param>
    /// <param name="value">The value.</param>
    public void Scalar<T>(int scalar, T value)
        where T : unmanaged
        => SetScalar(scalar, ScalarValue.Bits(value, _call.ScalarTypes[scalar]));

    /// <summary>Passes a size that no shape gives.</summary>
    public void Size(int extent, long value) => Set(_call.PlaceOfExtent(extent), value);

    /// <summary>Passes the value of a const, or null for what the shapes or the spec's default say.</summary>
    /// <exception cref="KernelArgumentException">The spec does not allow the value.</exception>
    public void Const(int constant, long? value)
    {
        if (value is { } v)
        {
            CallProgram.CheckConst(_signature, constant, v);
            Set(_call.PlaceOfConst(constant), v);
        }
    }

    /// <summary>Checks the call and runs it. On the CPU it is done when this returns; on a GPU it is in the device's order of work.</summary>
    /// <exception cref="KernelShapeException">Shapes do not fit each other or the kernel.</exception>
    /// <exception cref="AliasedOutputException">An output shares memory with another tensor.</exception>
    /// <exception cref="KernelArgumentException">Another argument does not fit, or a condition of the kernel does not hold.</exception>
    /// <exception cref="TensorDisposedException">A tensor was disposed.</exception>
    public void Run()
    {
        var consts = _kernel.Consts;
        for (var i = 0; i < consts.Length; i++)
        {
            if (consts[i] is { } value)
            {
                Set(_call.PlaceOfConst(i), value);
            }
        }

        _passed.CopyTo(_known, 0);
        _call.Resolve(this, Values, _known);
        Program.Check(Values);
        Program.ComputeLengths(Values, Lengths);
        for (var i = 0; i < _operands.Length; i++)
        {
            if (_call.BufferOfArray[i] is >= 0 and var buffer)
            {
                Addresses[buffer] = _operands[i].Address;
            }
        }

        CheckAliases();
        Enter();
        for (var i = 0; i < _consts.Length; i++)
        {
            _consts[i] = Values[_call.PlaceOfConst(i)];
        }

        _kernel.Find(_consts).Run(this);
    }

    /// <summary>Ends the call, also one that failed.</summary>
    public void End()
    {
        for (var i = 0; i < _operands.Length; i++)
        {
            if (i < _entered)
            {
                _operands[i].Storage?.Leave();
            }

            (_operands[i].Storage, _operands[i].Layout) = (null, null);
        }

        _entered = 0;
        Array.Clear(_passed);
        _kernel.Return(this);
    }

    /// <summary>The sizes that were passed for an array.</summary>
    internal ReadOnlySpan<long> ShapeOf(int array) => _operands[array].Logical is { } logical ? logical : LayoutOf(array).Shape;

    internal TensorLayout LayoutOf(int array) => _operands[array].Layout
        ?? throw new KernelArgumentException(RuntimeDiagnostics.MissingBuffer, _signature.Name, _signature.Arrays[array].Key, _signature.Arrays[array].Element, "?");

    /// <summary>The index of the plan's buffer for an array, or -1.</summary>
    internal int BufferOf(int array) => _call.BufferOfArray[array];

    internal SignatureArray SignatureOf(int array) => _signature.Arrays[array];

    /// <summary>Whether the caller passed the value at a place, so that no shape gave it.</summary>
    internal bool IsPassed(int place) => _passed[place];

    private void SetScalar(int scalar, long bits) => Set(_call.PlaceOfScalar(scalar), bits);

    private void Set(int place, long value) => (Values[place], _passed[place]) = (value, true);

    private void Enter()
    {
        for (; _entered < _operands.Length; _entered++)
        {
            ref var operand = ref _operands[_entered];
            if (operand.Storage is { } storage && !storage.TryEnter())
            {
                throw new TensorDisposedException(RuntimeDiagnostics.UseAfterDispose, _signature.Arrays[_entered].Key, operand.Layout);
            }
        }
    }

    // Strided inputs are copied before the run and strided outputs written after it, so that an input only counts where both are used where they lie.
    private void CheckAliases()
    {
        for (var i = 0; i < _operands.Length; i++)
        {
            if (!_signature.Arrays[i].IsOutput || _operands[i].Layout is not { } layout)
            {
                continue;
            }

            if (OutputOverlap.Repeats(layout))
            {
                throw Aliased(i, i);
            }

            for (var j = 0; j < _operands.Length; j++)
            {
                var isOutput = _signature.Arrays[j].IsOutput;
                if (i != j && _operands[j].Layout is { } other && (isOutput || (layout.IsContiguous && other.IsContiguous))
                    && OutputOverlap.Meet(layout, _operands[i].Address, BitsOf(i), other, _operands[j].Address, BitsOf(j)))
                {
                    throw Aliased(i, j);
                }
            }
        }
    }

    private AliasedOutputException Aliased(int output, int other) => new(_signature.Name, _signature.Arrays[output].Key, _signature.Arrays[other].Key);

    private int BitsOf(int array) => Program.Plan.Buffers[_call.BufferOfArray[array]].Element.Bits();

    private struct Operand
    {
        public TensorStorage? Storage;
        public TensorLayout? Layout;
        public nint Address;
        public long[]? Logical;
    }
}

/// <summary>Scalars of .NET types as the bits that plans pass.</summary>
internal static class ScalarValue
{
    /// <summary>Integers and truth values as they are, floats as the bits of a binary64.</summary>
    public static long Bits<T>(T value, PlanScalar type)
        where T : unmanaged
    {
        var element = Elements.TypeOf<T>();
        if (element.IsFloat())
        {
            var number = element switch
            {
                ElementType.F64 => Unsafe.BitCast<T, double>(value),
                ElementType.F32 => Unsafe.BitCast<T, float>(value),
                ElementType.F16 => (double)Unsafe.BitCast<T, Half>(value),
                ElementType.BF16 => Unsafe.BitCast<T, BFloat16>(value),
                ElementType.F8E4M3 => Unsafe.BitCast<T, Float8E4M3>(value),
                _ => Unsafe.BitCast<T, Float8E5M2>(value),
            };
            return BitConverter.DoubleToInt64Bits(type == PlanScalar.F32 ? (float)number : number);
        }

        var integer = element switch
        {
            ElementType.I64 => Unsafe.BitCast<T, long>(value),
            ElementType.I32 => Unsafe.BitCast<T, int>(value),
            ElementType.I16 => Unsafe.BitCast<T, short>(value),
            ElementType.U8 => Unsafe.BitCast<T, byte>(value),
            ElementType.Bool => Unsafe.BitCast<T, bool>(value) ? 1 : 0,
            _ => Unsafe.BitCast<T, sbyte>(value),
        };
        return type is PlanScalar.F32 or PlanScalar.F64 ? BitConverter.DoubleToInt64Bits(integer) : integer;
    }
}
