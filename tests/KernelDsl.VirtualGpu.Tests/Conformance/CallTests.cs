namespace KernelDsl.VirtualGpu.Tests.Conformance;

/// <summary>Calls: with parameters in memory and in registers, through pointers, of functions that call themselves; each lane may stand in another function at another depth.</summary>
public sealed class CallTests
{
    // `out[i]` of 64 threads in two blocks, computed in C# from `i`.
    private static readonly (string Name, string Source, Func<int, int> Expected)[] s_programs =
    [
        ("a recursion with two calls", "__device__ int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }  extern \"C\" __global__ void f(int* out) { int i = blockIdx.x * 32 + threadIdx.x; out[i] = fib(i % 13); }",
            i => Fibonacci(i % 13)),
        ("two functions that call each other", """
            __device__ int odd(int n); __device__ __noinline__ int even(int n) { return n == 0 ? 1 : odd(n - 1) + 2; }
            __device__ __noinline__ int odd(int n) { if (n == 0) return 100; return even(n - 1) * 3; }
            extern "C" __global__ void f(int* out) { int i = blockIdx.x * 32 + threadIdx.x; out[i] = even(i % 9); }
            """, i => Even(i % 9)),
        ("recursion on an array of the outer frame", """
            __device__ void permute(int* a, int at, int n, int* count) { if (at == n) { int s = 0; for (int k = 0; k < n; k++) s = s * 7 + a[k]; if (s % 5 == 0) ++*count; return; }
                for (int k = at; k < n; k++) { int t = a[at]; a[at] = a[k]; a[k] = t; permute(a, at + 1, n, count); t = a[at]; a[at] = a[k]; a[k] = t; } }
            extern "C" __global__ void f(int* out) { int i = blockIdx.x * 32 + threadIdx.x; int a[4] = { i, 1, i * i, 3 }; int count = 0; permute(a, 0, 4, &count); out[i] = count; }
            """, Permutations),
        ("a table of functions", """
            __device__ int add(int a, int b) { return a + b; } __device__ int sub(int a, int b) { return a - b * 3; } __device__ int mul(int a, int b) { return a * b; }
            typedef int (*op)(int, int); __device__ op table[3] = { add, sub, mul };
            extern "C" __global__ void f(int* out) { int i = blockIdx.x * 32 + threadIdx.x; out[i] = table[i % 3](i, 7); }
            """, i => (i % 3) switch { 0 => i + 7, 1 => i - 21, _ => i * 7 }),
        ("virtual functions", """
            struct Shape { int w; __device__ Shape(int a) : w(a) {} __device__ virtual int area(int s) { return w * s; } };
            struct Square : Shape { __device__ Square(int a) : Shape(a) {} __device__ int area(int s) override { return w * w + s; } };
            struct Ring : Square { int hole; __device__ Ring(int a, int b) : Square(a), hole(b) {} __device__ int area(int s) override { return Square::area(s) - hole; } };
            extern "C" __global__ void f(int* out) { int i = blockIdx.x * 32 + threadIdx.x; Shape* s = i % 3 == 0 ? new Shape(i) : i % 3 == 1 ? (Shape*)new Square(i) : new Ring(i, 5); out[i] = s->area(11); free(s); }
            """, i => (i % 3) switch { 0 => i * 11, 1 => (i * i) + 11, _ => (i * i) + 6 }),
        ("a warp that meets again behind a recursion", """
            __device__ int depth(int n) { return n <= 1 ? 0 : 1 + depth(n & 1 ? 3 * n + 1 : n / 2); }
            extern "C" __global__ void f(int* out) { int i = blockIdx.x * 32 + threadIdx.x; int d = depth(i % 32 + 1); for (int k = 16; k > 0; k >>= 1) d = max(d, __shfl_xor_sync(~0u, d, k)); out[i] = d; }
            """, _ => Enumerable.Range(1, 32).Max(Collatz)),
        ("structs by value through a pointer", """
            struct V { int x, y; long long z; }; __device__ __noinline__ V turn(V a, int k) { V r; r.x = -a.y * k; r.y = a.x; r.z = a.z + k; return r; } __device__ __noinline__ V keep(V a, int k) { a.z -= k; return a; }
            typedef V (*op)(V, int);
            extern "C" __global__ void f(int* out) { int i = blockIdx.x * 32 + threadIdx.x; op volatile o = i & 1 ? turn : keep; V v; v.x = i; v.y = 3; v.z = 1ll << 33; V r = o(v, i); out[i] = r.x * 100 + r.y + (int)(r.z - (1ll << 33)); }
            """, i => (i & 1) != 0 ? (-3 * i * 100) + i + i : (i * 100) + 3 - i),
    ];

    public static TheoryData<string> Names => [.. s_programs.Select(p => p.Name)];

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void Program_computes_what_it_says(string name)
    {
        var (_, source, expected) = s_programs.First(p => p.Name == name);
        foreach (var (architecture, seed) in new[] { ("sm_80", 1), ("sm_90", 2) })
        {
            using var gpu = new VirtualGpu(new VirtualGpuOptions { Architecture = architecture, Seed = seed, InstructionBudget = 50_000_000 });
            var kernel = Cuda.Load(gpu, source);
            var y = gpu.Allocate(256, "out");
            kernel.Launch(2, 32, 0, y);
            Assert.Equal(Enumerable.Range(0, 64).Select(expected), gpu.Download<int>(y, 64));
        }
    }

    [Fact]
    public void Parameters_lie_in_registers_vectors_of_them_and_predicates()
    {
        Assert.Equal(Enumerable.Range(0, 32).Select(i => i == 4 ? -1 : (i * 3) + 8), Run("""
            .func (.reg .b32 sum, .reg .pred isFour) work(.reg .v2 .b32 pair, .reg .b32 more)
            {
                add.u32 sum, pair.x, pair.y; add.u32 sum, sum, more; setp.eq.u32 isFour, pair.x, 4; ret;
            }
            """, """
            .reg .v2 .b32 %v; shl.b32 %y, %t, 1; mov.b32 %v.x, %t; mov.b32 %v.y, %y; call (%z, %q), work, (%v, 8); selp.b32 %r, -1, %z, %q;
            """));
    }

    [Theory]
    [InlineData("prototype: .callprototype (.param .b32 _) _ (.param .b32 _, .param .b32 _);")]
    [InlineData("prototype: .calltargets first, second;")]
    public void Pointers_lead_to_functions(string prototype)
    {
        Assert.Equal(Enumerable.Range(0, 32).Select(i => i % 2 == 0 ? i + 10 : i * 10), Run("""
            .func (.param .b32 r) first(.param .b32 a, .param .b32 b) { .reg .b32 %a, %b; ld.param.b32 %a, [a]; ld.param.b32 %b, [b]; add.u32 %a, %a, %b; st.param.b32 [r], %a; ret; }
            .func (.param .b32 r) second(.param .b32 a, .param .b32 b) { .reg .b32 %a, %b; ld.param.b32 %a, [a]; ld.param.b32 %b, [b]; mul.lo.u32 %a, %a, %b; st.param.b32 [r], %a; ret; }
            .alias other, second;
            """, $$"""
            {{prototype}}
            .reg .b64 %f1, %f2; and.b32 %x, %t, 1; setp.eq.u32 %q, %x, 0; mov.u64 %f1, first; mov.u64 %f2, other; selp.b64 %f1, %f1, %f2, %q;
            { .param .b32 p0; .param .b32 p1; .param .b32 q0; st.param.b32 [p0], %t; st.param.b32 [p1], 10; call (q0), %f1, (p0, p1), prototype; ld.param.b32 %r, [q0]; }
            """));
    }

    [Fact]
    public void Guarded_calls_leave_the_other_lanes_alone()
    {
        Assert.Equal(Enumerable.Range(0, 32).Select(i => i < 5 ? (i + 1) * i / 2 : -7), Run("""
            .func (.reg .b32 s) sum(.reg .b32 n) { .reg .pred %p; .reg .b32 %m; mov.b32 s, 0; setp.eq.u32 %p, n, 0; @%p ret; sub.u32 %m, n, 1; call (s), sum, (%m); add.u32 s, s, n; ret; }
            """, "mov.b32 %r, -7; setp.lt.u32 %q, %t, 5; @%q call (%r), sum, (%t);"));
    }

    [Fact]
    public void Wild_pointer_and_endless_recursion_are_findings()
    {
        static FindingKind Kind(string functions, string body) => Assert.Throws<VirtualGpuFaultException>(() => Run(functions, body)).Finding.Kind;
        Assert.Equal(FindingKind.Undefined, Kind("", "p: .callprototype _ (); .reg .b64 %f; mov.b64 %f, 1234; call %f, p; mov.b32 %r, 0;"));
        Assert.Equal(FindingKind.OutOfBounds, Kind(".func deep(.reg .b32 n) { .local .b32 room[64]; st.local.b32 [room], n; call deep, (n); ret; }", "call deep, (%t); mov.b32 %r, 0;"));
    }

    [Fact]
    public void Stack_of_a_thread_is_taken_and_given_back()
    {
        // Each round takes 16 bytes more; without the restore 40 rounds of up to 640 bytes would still fit, 2000 would not.
        Assert.Equal(Enumerable.Range(0, 32).Select(i => i + 1999), Run("", """
            .reg .b64 %top, %a, %size; .reg .b32 %k; mov.b32 %k, 0;
            $loop: stacksave.u64 %top; cvt.u64.u32 %size, %k; and.b64 %size, %size, 1023; add.u64 %size, %size, 16; alloca.u64 %a, %size, 16;
            add.u32 %x, %t, %k; st.local.b32 [%a+12], %x; ld.local.b32 %r, [%a+12]; stackrestore.u64 %top; add.u32 %k, %k, 1; setp.lt.u32 %q, %k, 2000; @%q bra $loop;
            """));
    }

    private static int[] Run(string functions, string body)
    {
        using var gpu = new VirtualGpu();
        var memory = gpu.Allocate(128);
        gpu.LoadModule($$"""
            .version 8.4
            .target sm_80
            .address_size 64
            {{functions}}
            .visible .entry k(.param .u64 pp)
            {
                .reg .b64 %p, %o; .reg .b32 %t, %x, %y, %z, %r; .reg .pred %q;
                mov.u32 %t, %tid.x;
                {{body}}
                ld.param.u64 %p, [pp]; mul.wide.u32 %o, %t, 4; add.u64 %p, %p, %o; st.global.b32 [%p], %r;
                ret;
            }
            """).GetKernel("k").Launch(1, 32, 0, memory);
        return gpu.Download<int>(memory, 32);
    }

    private static int Fibonacci(int n) => n < 2 ? n : Fibonacci(n - 1) + Fibonacci(n - 2);

    private static int Even(int n) => n == 0 ? 1 : Odd(n - 1) + 2;

    private static int Odd(int n) => n == 0 ? 100 : Even(n - 1) * 3;

    private static int Collatz(int n) => n <= 1 ? 0 : 1 + Collatz((n & 1) != 0 ? (3 * n) + 1 : n / 2);

    private static int Permutations(int i)
    {
        int[] a = [i, 1, i * i, 3];
        var orders = from p in Enumerable.Range(0, 4) from q in Enumerable.Range(0, 4) from r in Enumerable.Range(0, 4) where p != q && q != r && p != r select (int[])[p, q, r, 6 - p - q - r];
        return orders.Count(order => order.Aggregate(0, (s, k) => (s * 7) + a[k]) % 5 == 0);
    }
}
