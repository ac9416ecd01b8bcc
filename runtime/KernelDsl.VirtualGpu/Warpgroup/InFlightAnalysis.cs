using KernelDsl.VirtualGpu.Machine;

namespace KernelDsl.VirtualGpu.Warpgroup;

/// <summary>What a product of a warpgroup is, besides the product itself.</summary>
internal enum WgmmaStep { Fence, Commit, Wait }

/// <summary>
/// Follows the registers of products that run by themselves through the program: which may still be written or read by one, and which were written by other
/// instructions since the last <c>wgmma.fence</c>. Moves only give a register another name, as compilers put them between products.
/// </summary>
internal sealed unsafe class InFlightAnalysis
{
    private const byte Uncommitted = 1;
    private const byte Committed = 2;
    private const byte Oldest = 60;

    private readonly Instruction[] _code;
    private readonly IReadOnlyList<string> _names;
    private readonly State?[] _before;
    private readonly bool[] _isStart;

    private InFlightAnalysis(Instruction[] code, IReadOnlyList<string> names)
    {
        _code = code;
        _names = names;
        _before = new State?[code.Length];
        _isStart = new bool[code.Length + 1];
    }

    /// <summary>Sets <see cref="Instruction.Fault"/> where an instruction touches what is in flight, or a product what no fence made ready.</summary>
    public static void Run(Instruction[] code, IReadOnlyList<string> names)
    {
        if (Array.Exists(code, i => i.Data is WgmmaForm))
        {
            new InFlightAnalysis(code, names).Run();
        }
    }

    private void Run()
    {
        for (var k = 0; k < _code.Length; k++)
        {
            foreach (var target in _code[k].Targets)
            {
                _isStart[target] = true;
            }
        }

        var work = new SortedSet<int> { 0 };
        _before[0] = new State(_names.Count);
        while (work.Count > 0)
        {
            var at = work.Min;
            work.Remove(at);
            Follow(at, work, isLast: false);
        }

        for (var k = 0; k < _code.Length; k++)
        {
            if (_before[k] is not null)
            {
                Follow(k, work, isLast: true);
            }
        }
    }

    /// <summary>From the start of a block to its end.</summary>
    private void Follow(int at, SortedSet<int> work, bool isLast)
    {
        var state = new State(_before[at]!);
        for (var k = at; k < _code.Length; k++)
        {
            if (k != at && _isStart[k])
            {
                Join(k, state, work, isLast);
                return;
            }

            var i = _code[k];
            if (isLast && Fault(i, state) is var (kind, text) && i.Execute != null)
            {
                i.FaultKind = kind;
                i.Fault = text;
                i.Inner = i.Execute;
                i.Execute = &WarpgroupHandlers.Fault;
            }

            Step(i, state);
            foreach (var target in i.Targets)
            {
                Join(target, state, work, isLast);
            }

            if (i.Guard < 0 && i.Flow is Flow.Jump or Flow.JumpTable or Flow.Exit)
            {
                return;
            }
        }
    }

    private void Join(int at, State state, SortedSet<int> work, bool isLast)
    {
        if (isLast)
        {
            return;
        }

        if (_before[at] is not { } known)
        {
            _before[at] = new State(state);
            work.Add(at);
        }
        else if (known.Join(state))
        {
            work.Add(at);
        }
    }

    private static void Step(Instruction i, State state)
    {
        switch (i.Data)
        {
            case WgmmaForm form:
                foreach (var register in form.AccumulatorNumbers)
                {
                    (state.Results[register], state.IsDirty[register]) = (Uncommitted, false);
                }

                foreach (var register in form.NumbersOfA)
                {
                    state.Inputs[register] = Uncommitted;
                }

                return;
            case WgmmaStep.Fence:
                Array.Clear(state.IsDirty);
                state.IsUnfenced = false;
                return;
            case WgmmaStep.Commit:
                state.Age();
                return;
            case WgmmaStep.Wait:
                state.Settle(i.Option);
                return;
        }

        byte result = 0;
        var isDirty = !i.IsMove;
        if (i.IsMove)
        {
            foreach (var source in i.Reads.Where(read => read != i.GuardRegister))
            {
                result = Later(result, state.Results[source]);
                isDirty |= state.IsDirty[source];
            }
        }

        foreach (var register in i.Writes)
        {
            state.Results[register] = i.Guard < 0 ? result : Later(result, state.Results[register]);
            state.Inputs[register] = 0;
            state.IsDirty[register] = isDirty || (i.Guard >= 0 && state.IsDirty[register]);
        }
    }

    private (FindingKind Kind, string Text)? Fault(Instruction i, State state)
    {
        if (i.Data is WgmmaForm form)
        {
            if (state.IsUnfenced)
            {
                return (FindingKind.Synchronisation, "no wgmma.fence comes before this product; the first of a kernel needs one.");
            }

            if (form.AccumulatorNumbers.Concat(form.NumbersOfA).FirstOrDefault(register => state.IsDirty[register], -1) is >= 0 and var dirty)
            {
                return (FindingKind.Synchronisation, $"the register {_names[dirty]} of this product was written, and no wgmma.fence came after that.");
            }

            return form.NumbersOfA.FirstOrDefault(register => state.Results[register] != 0, -1) is >= 0 and var pending
                ? (FindingKind.AsyncNotWaited, $"A of this product is in the register {_names[pending]}, which an earlier product may still write; wgmma.wait_group waits for that.") : null;
        }

        if (i.IsMove)
        {
            return null;
        }

        if (i.Reads.FirstOrDefault(register => state.Results[register] != 0, -1) is >= 0 and var read)
        {
            return (FindingKind.AsyncNotWaited, $"the register {_names[read]} is read while a product may still write it; wgmma.wait_group waits for that.");
        }

        return i.Writes.FirstOrDefault(register => state.Results[register] != 0 || state.Inputs[register] != 0, -1) is >= 0 and var written
            ? (FindingKind.AsyncNotWaited, $"the register {_names[written]} is written while a product may still use it; wgmma.wait_group waits for that.") : null;
    }

    /// <summary>The one that is waited for later.</summary>
    private static byte Later(byte a, byte b) => a == 0 ? b : b == 0 ? a : Math.Min(a, b);

    /// <summary>For each register: 0 when no product uses it, 1 while that is not committed, 2 and more by the groups that were committed since.</summary>
    private sealed class State
    {
        public State(int registers)
        {
            Results = new byte[registers];
            Inputs = new byte[registers];
            IsDirty = new bool[registers];
            IsUnfenced = true;
        }

        public State(State other)
        {
            Results = [.. other.Results];
            Inputs = [.. other.Inputs];
            IsDirty = [.. other.IsDirty];
            IsUnfenced = other.IsUnfenced;
        }

        public byte[] Results { get; }

        public byte[] Inputs { get; }

        public bool[] IsDirty { get; }

        public bool IsUnfenced { get; set; }

        public void Age()
        {
            foreach (var values in (byte[][])[Results, Inputs])
            {
                for (var k = 0; k < values.Length; k++)
                {
                    values[k] = values[k] == 0 ? (byte)0 : Math.Min((byte)(values[k] + 1), Oldest);
                }
            }
        }

        public void Settle(int allowed)
        {
            foreach (var values in (byte[][])[Results, Inputs])
            {
                for (var k = 0; k < values.Length; k++)
                {
                    values[k] = values[k] >= Committed + allowed ? (byte)0 : values[k];
                }
            }
        }

        public bool Join(State other)
        {
            var changed = other.IsUnfenced && !IsUnfenced;
            IsUnfenced |= other.IsUnfenced;
            for (var k = 0; k < Results.Length; k++)
            {
                var (result, input) = (Later(Results[k], other.Results[k]), Later(Inputs[k], other.Inputs[k]));
                changed |= result != Results[k] || input != Inputs[k] || (other.IsDirty[k] && !IsDirty[k]);
                (Results[k], Inputs[k], IsDirty[k]) = (result, input, IsDirty[k] || other.IsDirty[k]);
            }

            return changed;
        }
    }
}
