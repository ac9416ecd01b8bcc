using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Scheduling;

/// <summary>Finds and visits the stored points of a sparse tensor, by its format.</summary>
internal sealed class SparseAccess(StorageMap storage, StageBuilder stage, TensorSymbol tensor)
{
    private readonly ProgramBuffer _indices = storage.Component(tensor, StorageRole.Indices);

    /// <summary>Whether the points of a row (or of a column) can be visited without looking at the others.</summary>
    public static bool IsRowMajor(TensorSymbol tensor) => tensor.Format != TensorFormat.Csc;

    /// <summary>The place of a point, or -1.</summary>
    public Value Find(Value row, Value column)
    {
        var result = stage.Declare("position", ValueMath.Integer(-1));
        switch (tensor.Format)
        {
            case TensorFormat.Csr:
                FindCompressed(result, row, column, place => place);
                break;
            case TensorFormat.Csc:
                FindCompressed(result, column, row, place => place);
                break;
            case TensorFormat.Bsr:
                var (height, width) = (Size(0), Size(1));
                FindCompressed(result, ValueMath.Divide(row, height), ValueMath.Divide(column, width), block => InBlock(block, ValueMath.Remainder(row, height), ValueMath.Remainder(column, width)));
                break;
            default:
                // A scan of the row with an early exit; rows of these formats are short, and coo finds its row first.
                VisitRow(row, (found, place) => stage.If(
                    ValueMath.Compare(BinaryOperation.Equal, found, column),
                    () => stage.Assign(result, place)));
                break;
        }

        return result;
    }

    /// <summary>Runs the body for each stored point of a row (a column where the format is by columns) with the other coordinate and the place.</summary>
    public void Visit(Value major, Action<Value, Value> body)
    {
        switch (tensor.Format)
        {
            case TensorFormat.Csr or TensorFormat.Csc:
                var (from, to) = Range(major);
                stage.For("at", from, to, at => body(stage.Declare("index", new LoadValue(_indices, at)), at));
                break;
            case TensorFormat.Bsr:
                VisitBlocks(major, body);
                break;
            default:
                VisitRow(major, body);
                break;
        }
    }

    private void VisitRow(Value row, Action<Value, Value> body)
    {
        switch (tensor.Format)
        {
            case TensorFormat.Ell:
                var width = Size(0);
                stage.For("slot", ValueMath.Integer(0), width, slot =>
                {
                    var at = stage.Declare("at", ValueMath.Add(ValueMath.Multiply(row, width), slot));
                    var column = stage.Declare("index", new LoadValue(_indices, at));
                    stage.If(ValueMath.Compare(BinaryOperation.GreaterOrEqual, column, ValueMath.Integer(0)), () => body(column, at));
                });
                break;
            case TensorFormat.StructuredNm:
                var (stored, group) = (Size(0), Size(1));
                var perRow = ValueMath.Multiply(ValueMath.Divide(storage.Uniform(tensor.Axes[1].Extent), group), stored);
                stage.For("slot", ValueMath.Integer(0), perRow, slot =>
                {
                    var at = stage.Declare("at", ValueMath.Add(ValueMath.Multiply(row, perRow), slot));
                    var column = ValueMath.Add(ValueMath.Multiply(ValueMath.Divide(slot, stored), group), new LoadValue(_indices, at));
                    body(stage.Declare("index", column), at);
                });
                break;
            case TensorFormat.Coo:
                var count = storage.Uniform(tensor.Components[0].Shape[0]);
                var first = BinarySearch.FirstNotLess(stage, _indices, ValueMath.Integer(0), count, row);
                var last = BinarySearch.FirstGreater(stage, _indices, first, count, row);
                stage.For("at", first, last, at => body(stage.Declare("index", new LoadValue(_indices, ValueMath.Add(count, at))), at));
                break;
            default:
                Visit(row, body);
                break;
        }
    }

    private void VisitBlocks(Value row, Action<Value, Value> body)
    {
        var (height, width) = (Size(0), Size(1));
        var (from, to) = Range(ValueMath.Divide(row, height));
        stage.For("block", from, to, block =>
        {
            var left = stage.Declare("left", ValueMath.Multiply(new LoadValue(_indices, block), width));
            stage.For("inner", ValueMath.Integer(0), width, inner =>
                body(stage.Declare("index", ValueMath.Add(left, inner)), stage.Declare("at", InBlock(block, ValueMath.Remainder(row, height), inner))));
        });
    }

    private Value InBlock(Value block, Value row, Value column)
        => ValueMath.Add(ValueMath.Multiply(ValueMath.Add(ValueMath.Multiply(block, Size(0)), row), Size(1)), column);

    private void FindCompressed(LocalValue result, Value major, Value minor, Func<Value, Value> positionOf)
    {
        var (from, to) = Range(major);
        var end = stage.Declare("end", to);
        var place = BinarySearch.FirstNotLess(stage, _indices, from, end, minor);
        stage.If(ValueMath.Compare(BinaryOperation.Less, place, end), () => stage.If(
            ValueMath.Compare(BinaryOperation.Equal, new LoadValue(_indices, place), minor),
            () => stage.Assign(result, positionOf(place))));
    }

    private (Value From, Value To) Range(Value major)
    {
        var offsets = storage.Component(tensor, StorageRole.Offsets);
        return (new LoadValue(offsets, major), new LoadValue(offsets, ValueMath.Add(major, ValueMath.Integer(1))));
    }

    private Value Size(int k) => storage.Uniform(tensor.FormatArguments[k]);
}
