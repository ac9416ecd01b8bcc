using KernelDsl.VirtualGpu.Machine;
using KernelDsl.VirtualGpu.Ptx;

namespace KernelDsl.VirtualGpu.Decoding;

/// <summary>
/// Puts basic blocks into a weak topological order (Bourdoncle 1993): without the edges back to heads of loops it is topological, and a loop lies in one piece.
/// A fragment of a warp with a lower place can then still reach the ones with higher places, which wait for it.
/// </summary>
internal static class BlockOrder
{
    /// <summary>Reorders instructions whose jumps are indices into the list; inserts jumps where a block no longer follows its predecessor.</summary>
    public static Instruction[] Arrange(List<Instruction> code)
    {
        var starts = Starts(code);
        var blockAt = new int[code.Count];
        for (var b = 0; b < starts.Count; b++)
        {
            var end = b + 1 < starts.Count ? starts[b + 1] : code.Count;
            Array.Fill(blockAt, b, starts[b], end - starts[b]);
        }

        var successors = new int[starts.Count][];
        for (var b = 0; b < starts.Count; b++)
        {
            var last = code[(b + 1 < starts.Count ? starts[b + 1] : code.Count) - 1];
            var next = new List<int>();
            if (last.Flow is Flow.Jump or Flow.JumpTable)
            {
                next.AddRange(last.Targets.Select(target => blockAt[target]));
            }

            if (b + 1 < starts.Count && !(last.Guard < 0 && last.Flow is Flow.Jump or Flow.JumpTable or Flow.Exit or Flow.Return))
            {
                next.Add(b + 1);
            }

            successors[b] = [.. next.Distinct()];
        }

        var order = new List<int>();
        new Ordering(successors).Order(Enumerable.Range(0, starts.Count).Where(Reachable(successors).Contains).ToHashSet(), [0], order);
        return Emit(code, starts, blockAt, order);
    }

    private static HashSet<int> Reachable(int[][] successors)
    {
        var seen = new HashSet<int> { 0 };
        var work = new Stack<int>([0]);
        while (work.TryPop(out var block))
        {
            foreach (var next in successors[block].Where(seen.Add))
            {
                work.Push(next);
            }
        }

        return seen;
    }

    private static List<int> Starts(List<Instruction> code)
    {
        var isStart = new bool[code.Count];
        isStart[0] = true;
        for (var k = 0; k < code.Count; k++)
        {
            if (code[k].Flow is Flow.Jump or Flow.JumpTable)
            {
                foreach (var target in code[k].Targets)
                {
                    isStart[target] = true;
                }
            }

            if (code[k].Flow is Flow.Jump or Flow.JumpTable or Flow.Exit or Flow.Return && k + 1 < code.Count)
            {
                isStart[k + 1] = true;
            }
        }

        return Enumerable.Range(0, code.Count).Where(k => isStart[k]).ToList();
    }

    private static Instruction[] Emit(List<Instruction> code, List<int> starts, int[] blockAt, List<int> order)
    {
        var result = new List<Instruction>(code.Count);
        var places = new int[starts.Count];
        var inserted = new List<(Instruction Jump, int Block)>();
        for (var k = 0; k < order.Count; k++)
        {
            var b = order[k];
            places[b] = result.Count;
            var end = b + 1 < starts.Count ? starts[b + 1] : code.Count;
            for (var at = starts[b]; at < end; at++)
            {
                result.Add(code[at]);
            }

            var last = code[end - 1];
            var fallsThrough = !(last.Guard < 0 && last.Flow is Flow.Jump or Flow.JumpTable or Flow.Exit or Flow.Return);
            if (fallsThrough && b + 1 < starts.Count && (k + 1 == order.Count || order[k + 1] != b + 1))
            {
                var jump = new Instruction { Flow = Flow.Jump, IsInserted = true, Text = last.Text };
                inserted.Add((jump, b + 1));
                result.Add(jump);
            }
        }

        foreach (var instruction in result.Where(i => !i.IsInserted && i.Targets.Length > 0))
        {
            instruction.Targets = instruction.Targets.Select(target => places[blockAt[target]]).ToArray();
            instruction.Target = instruction.Targets[0];
        }

        foreach (var (jump, block) in inserted)
        {
            jump.Target = places[block];
            jump.Targets = [jump.Target];
        }

        for (var k = 0; k < result.Count; k++)
        {
            result[k].Index = k;
        }

        return [.. result];
    }

    /// <summary>Strongly connected components in topological order; inside of one the head comes first and the rest is ordered without the edges to it.</summary>
    private sealed class Ordering(int[][] successors)
    {
        public void Order(HashSet<int> nodes, IEnumerable<int> heads, List<int> order)
        {
            foreach (var component in Components(nodes, heads))
            {
                if (component.Count == 1)
                {
                    order.Add(component[0]);
                    continue;
                }

                // The head is where the component is entered; of several entries the first in the text.
                var inside = component.ToHashSet();
                var entries = component.Where(node => heads.Contains(node) || nodes.Any(other => !inside.Contains(other) && successors[other].Contains(node))).ToArray();
                var head = entries.Length > 0 ? entries.Min() : component.Min();
                order.Add(head);
                inside.Remove(head);
                Order(inside, successors[head].Where(inside.Contains), order);
            }
        }

        private List<List<int>> Components(HashSet<int> nodes, IEnumerable<int> heads)
        {
            // Tarjan's algorithm without recursion; components come out in reverse topological order.
            var index = new Dictionary<int, int>();
            var low = new Dictionary<int, int>();
            var onStack = new HashSet<int>();
            var stack = new Stack<int>();
            var result = new List<List<int>>();
            foreach (var root in heads.OrderByDescending(n => n).Concat(nodes.OrderByDescending(n => n)))
            {
                if (!nodes.Contains(root) || index.ContainsKey(root))
                {
                    continue;
                }

                var work = new Stack<(int Node, int Next)>();
                work.Push((root, 0));
                while (work.TryPop(out var frame))
                {
                    var (node, next) = frame;
                    if (next == 0)
                    {
                        index[node] = low[node] = index.Count;
                        stack.Push(node);
                        onStack.Add(node);
                    }
                    else
                    {
                        var done = Sorted(node)[next - 1];
                        if (nodes.Contains(done) && onStack.Contains(done))
                        {
                            low[node] = Math.Min(low[node], low[done]);
                        }
                    }

                    var children = Sorted(node);
                    var pushed = false;
                    for (var k = next; k < children.Length; k++)
                    {
                        var child = children[k];
                        if (!nodes.Contains(child))
                        {
                            continue;
                        }

                        if (!index.ContainsKey(child))
                        {
                            work.Push((node, k + 1));
                            work.Push((child, 0));
                            pushed = true;
                            break;
                        }

                        if (onStack.Contains(child))
                        {
                            low[node] = Math.Min(low[node], index[child]);
                        }
                    }

                    if (pushed || low[node] != index[node])
                    {
                        continue;
                    }

                    var component = new List<int>();
                    int member;
                    do
                    {
                        member = stack.Pop();
                        onStack.Remove(member);
                        component.Add(member);
                    }
                    while (member != node);
                    result.Add(component);
                }
            }

            result.Reverse();
            return result;
        }

        // Later blocks first, so that earlier ones come first in the reversed result.
        private int[] Sorted(int node) => _sorted.TryGetValue(node, out var known) ? known : _sorted[node] = [.. successors[node].OrderByDescending(n => n)];

        private readonly Dictionary<int, int[]> _sorted = [];
    }
}
