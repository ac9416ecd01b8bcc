using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Decoding;

/// <summary>The modifiers of an instruction, taken one by one; what nobody took is an error.</summary>
internal sealed class Modifiers(PtxInstruction text)
{
    private readonly List<string> _left = [.. text.Modifiers];

    public IReadOnlyList<string> Left => _left;

    public bool Has(string modifier) => _left.Remove(modifier);

    /// <summary>The first of some that is there; null when none is.</summary>
    public string? One(params ReadOnlySpan<string> choices)
    {
        foreach (var choice in choices)
        {
            if (_left.Remove(choice))
            {
                return choice;
            }
        }

        return null;
    }

    public void Skip(params ReadOnlySpan<string> advice)
    {
        foreach (var modifier in advice)
        {
            _left.Remove(modifier);
        }
    }

    /// <summary>Removes advice to caches.</summary>
    public bool SkipCaching()
    {
        _left.RemoveAll(m => m is ".ca" or ".cg" or ".cs" or ".lu" or ".cv" or ".wb" or ".wt" or ".nc" or ".weak"
            || (m.StartsWith(".L1::", StringComparison.Ordinal)) || (m.StartsWith(".L2::", StringComparison.Ordinal) && m != ".L2::cache_hint"));
        return _left.Remove(".L2::cache_hint");
    }

    /// <summary>The next type; the order of types is that of the text.</summary>
    public PtxType Type()
    {
        for (var k = 0; k < _left.Count; k++)
        {
            if (PtxTypes.TryParse(_left[k], out var type))
            {
                _left.RemoveAt(k);
                return type;
            }
        }

        throw new PtxException(text.Line, $"'{text.Name}' has no type where one is needed.");
    }

    /// <summary>The direction of rounding, or nothing.</summary>
    public string? Round() => One(".rn", ".rz", ".rm", ".rp");

    public void End()
    {
        if (_left.Count > 0)
        {
            throw new PtxException(text.Line, $"the modifier '{_left[0]}' of '{text.Name}' is not executed by the virtual GPU.");
        }
    }
}
