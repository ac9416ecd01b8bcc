using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KernelDsl.Runtime;
using Device = KernelDsl.Runtime.KernelDevice;

namespace KernelDsl.Kernels.Tests.Typed;

/// <summary>A tensor of a device whose element type is known at run time only.</summary>
internal abstract class TypedTensor : IDisposable
{
    /// <summary>The type that stands for an element in C#; written down here once more, so that a mistake of the bindings shows.</summary>
    public static Type TypeOf(ElementType element) => element switch
    {
        ElementType.F64 => typeof(double),
        ElementType.F32 => typeof(float),
        ElementType.F16 => typeof(Half),
        ElementType.BF16 => typeof(BFloat16),
        ElementType.F8E4M3 => typeof(Float8E4M3),
        ElementType.F8E5M2 => typeof(Float8E5M2),
        ElementType.I64 => typeof(long),
        ElementType.I32 => typeof(int),
        ElementType.I16 => typeof(short),
        ElementType.I8 => typeof(sbyte),
        ElementType.U8 => typeof(byte),
        ElementType.I4 => typeof(Int4),
        ElementType.U4 => typeof(UInt4),
        ElementType.I2 => typeof(Int2),
        ElementType.Bool => typeof(bool),
        _ => throw new NotSupportedException(element.ToString()),
    };

    /// <summary>The <see cref="TensorRef{T}"/>, boxed.</summary>
    public abstract object Ref { get; }

    /// <summary>Memory around the elements of a strided tensor that is not as it was.</summary>
    public abstract bool IsGapTouched { get; }

    public static TypedTensor Create(Device device, HostArray content, bool isStrided)
        => (TypedTensor)Activator.CreateInstance(typeof(Of<>).MakeGenericType(TypeOf(content.Element)), device, content, isStrided && content.Element.Bits() >= 8)!;

    /// <summary>A tensor of bytes that nobody means, which an output must write over.</summary>
    public static TypedTensor Garbage(Device device, ElementType element, ImmutableArray<long> shape, bool isStrided)
    {
        var garbage = new HostBuffer(element, shape.Aggregate(1L, (a, b) => a * b));
        garbage.Bytes.AsSpan().Fill(0x5A);
        return Create(device, BufferPacking.Unpack(garbage, shape), isStrided);
    }

    public abstract HostArray Read();

    public abstract void Dispose();

    private sealed class Of<T> : TypedTensor
        where T : unmanaged
    {
        private const byte Gap = 0x33;

        private readonly ElementType _element;
        private readonly ImmutableArray<long> _shape;
        private readonly DeviceTensor<T> _memory;
        private readonly TensorRef<T> _view;
        private readonly int _gaps;

        public Of(Device device, HostArray content, bool isStrided)
        {
            (_element, _shape) = (content.Element, content.Shape);
            if (isStrided && _shape.Length > 0)
            {
                // The axes in reverse order, and room around the elements along each.
                _memory = device.Allocate<T>(_shape.Reverse().Select(size => size + 3).ToArray());
                MemoryMarshal.AsBytes(_memory.AsSpan()).Fill(Gap);
                _view = _memory.Permute(Enumerable.Range(0, _shape.Length).Reverse().ToArray());
                for (var axis = 0; axis < _shape.Length; axis++)
                {
                    _view = _view.Slice(axis, 1, _shape[axis]);
                }
            }
            else
            {
                _memory = device.Allocate<T>(_shape.ToArray());
                _view = _memory;
            }

            _view.CopyFrom(Values(content));
            _gaps = Gaps();
        }

        public override object Ref => _view;

        public override bool IsGapTouched => Gaps() < _gaps;

        public override HostArray Read()
        {
            var buffer = new HostBuffer(_element, _view.Length);
            var values = _view.ToArray();
            if (_element.Bits() >= 8)
            {
                MemoryMarshal.AsBytes(values.AsSpan()).CopyTo(buffer.Bytes);
                return BufferPacking.Unpack(buffer, _shape);
            }

            return new HostArray(_element, _shape, values.Select(value => _element == ElementType.U4 ? Unsafe.BitCast<T, byte>(value) : (long)Unsafe.BitCast<T, sbyte>(value)).ToArray());
        }

        public override void Dispose() => _memory.Dispose();

        private static T[] Values(HostArray content)
            => content.Element.Bits() >= 8
                ? MemoryMarshal.Cast<byte, T>(BufferPacking.Pack(content).Bytes).ToArray()
                : content.Integers.Select(value => Unsafe.BitCast<byte, T>(unchecked((byte)value))).ToArray();

        // How many bytes of the whole memory look as the gaps were made: an element may, too, but each gap that is lost makes them fewer.
        private int Gaps()
        {
            if (_memory.Length == _view.Length)
            {
                return 0;
            }

            var kept = _view.ToArray();
            _view.CopyFrom(new T[_view.Length]);
            var count = MemoryMarshal.AsBytes(_memory.AsSpan()).Count(Gap);
            _view.CopyFrom(kept);
            return count;
        }
    }
}
