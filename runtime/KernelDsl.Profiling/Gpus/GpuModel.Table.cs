using static KernelDsl.Profiling.Gpus.Figure;

namespace KernelDsl.Profiling.Gpus;

public sealed partial record GpuModel
{
    private const string Guide = "CUDA programming guide, features and throughput by compute capability";
    private const string Table = "throughput table of the programming guide";
    private const string Forum = "forums.developer.nvidia.com, MIO and LSU";
    private const string Peaks = "stated peaks divided by multiprocessors and clock";
    private const string Whitepapers = "NVIDIA whitepapers";
    private const string Simulators = "accel-sim and FlashGPU-Sim configurations";
    private const string Luo = "Luo et al., arXiv 2402.13499";
    private const string Shares = "measured shares in public reports";
    private const string Cards = "product tables of the cards";

    /// <summary>The GPUs of the table.</summary>
    public static ImmutableArray<GpuModel> All { get; } = [A100(), Rtx4090(), H100()];

    /// <summary>The model of an architecture such as <c>sm_80</c> or <c>sm_90a</c>; null when the table has none.</summary>
    /// <param name="architecture">As NVRTC writes it.</param>
    public static GpuModel? Find(string architecture)
        => All.FirstOrDefault(model => model.Architecture == architecture.TrimEnd('a'));

    private static GpuModel A100() => new("A100 SXM4 40 GB", "sm_80", "a100")
    {
        Sms = Stated(108, "card"),
        ClockMhz = Stated(1410, "card"),
        MaxClockMhz = Stated(1410, "card"),
        MaxWarps = Recalled(64, Guide),
        MaxBlocks = Recalled(32, Guide),
        Registers = Recalled(65536, Guide),
        UnifiedKib = Stated(192, "Ampere tuning guide"),
        CarveOutsKib = [0, 8, 16, 32, 64, 100, 132, 164],
        MaxSharedKib = Stated(164, "Ampere tuning guide"),
        Issue = Stated(4, Whitepapers),
        Fma = Stated(64, Table),
        HalfFma = Stated(256, Table),
        DoubleFma = Recalled(32, Table),
        Integer = Stated(64, Table),
        Special = Stated(16, Table),
        Shuffle = Recalled(32, Table),
        LoadStore = Stated(1, Forum),
        SharedBytes = Stated(128, Forum),
        FirstLevelFillBytes = Recalled(64, Whitepapers),
        TensorHalf = Derived(1024, Peaks + " (312 TFLOPS)"),
        TensorFloat = Derived(512, Whitepapers),
        TensorFloat8 = Stated(0, Whitepapers),
        TensorInteger = Derived(2048, Whitepapers),
        TensorDouble = Derived(64, Peaks + " (19.5 TFLOPS)"),
        TensorHalfSums = Derived(1024, Peaks),
        TensorFloat8HalfSums = Stated(0, Whitepapers),
        TensorInterval = Derived(8, Peaks + "; accel-sim has 16"),
        FloatToInteger = Recalled(16, Table),
        IntegerToFloat = Recalled(16, Table),
        PackHalf = Recalled(64, Table),
        Popcount = Stated(16, Table),
        Redux = Recalled(16, Table),
        Vote = Recalled(64, Table),
        MmaSyncShare = Derived(1, "mma.sync is the only way"),
        TensorLatency = Stated(25, "accel-sim; about 33 with f32 sums is also reported"),
        SharedLatency = Stated(28, Simulators),
        FirstLevelLatency = Stated(34, Simulators),
        SecondLevelLatency = Stated(200, Simulators),
        DramLatency = Stated(390, Simulators),
        AluLatency = Stated(4, Simulators),
        SecondLevelMib = Recalled(40, Whitepapers),
        SecondLevelBytes = Recalled(5120, Whitepapers),
        DramGbs = Stated(1555, Cards + "; 2039 for the 80 GB card"),
        DramShare = Recalled(0.92, Shares),
        SecondLevelShare = Recalled(0.8, Shares),
    };

    private static GpuModel Rtx4090() => new("RTX 4090", "sm_89", "rtx4090")
    {
        Sms = Stated(128, "tilelang architecture table"),
        ClockMhz = Stated(2520, "card"),
        MaxClockMhz = Stated(2520, "card; boards may boost higher"),
        MaxWarps = Recalled(48, Guide),
        MaxBlocks = Recalled(24, Guide),
        Registers = Recalled(65536, Guide),
        UnifiedKib = Recalled(128, Guide),
        CarveOutsKib = [0, 8, 16, 32, 64, 100],
        MaxSharedKib = Recalled(100, Guide),
        Issue = Stated(4, Whitepapers),
        Fma = Derived(128, Peaks),
        HalfFma = Stated(128, Table + "; disputed (128 or 256)"),
        DoubleFma = Recalled(2, Table),
        Integer = Stated(64, Table),
        Special = Stated(16, Table),
        Shuffle = Recalled(32, Table),
        LoadStore = Stated(1, Forum),
        SharedBytes = Stated(128, Forum),
        FirstLevelFillBytes = Recalled(64, Whitepapers),
        TensorHalf = Derived(256, Peaks + " (165.2 TFLOPS)"),
        TensorFloat = Derived(128, Whitepapers),
        TensorFloat8 = Derived(512, Whitepapers),
        TensorInteger = Derived(1024, Whitepapers),
        TensorDouble = Recalled(0, Whitepapers),
        TensorHalfSums = Derived(512, Peaks),
        TensorFloat8HalfSums = Derived(1024, Whitepapers),
        TensorInterval = Derived(32, Peaks + "; 66.3 for two measured on RTX 4070 Ti"),
        FloatToInteger = Recalled(16, Table),
        IntegerToFloat = Recalled(64, Table),
        PackHalf = Recalled(64, Table),
        Popcount = Stated(16, Table),
        Redux = Recalled(16, Table),
        Vote = Recalled(64, Table),
        MmaSyncShare = Derived(1, "mma.sync is the only way"),
        TensorLatency = Recalled(33, Luo),
        SharedLatency = Recalled(30, Luo),
        FirstLevelLatency = Recalled(43, Luo),
        SecondLevelLatency = Recalled(273, Luo),
        DramLatency = Recalled(541, Luo),
        AluLatency = Stated(4, "Ada instruction atlas"),
        SecondLevelMib = Recalled(72, Whitepapers),
        SecondLevelBytes = Stated(2000, "tilelang; 1700 to 2000 by clock"),
        DramGbs = Stated(1008, Cards),
        DramShare = Recalled(0.92, Shares),
        SecondLevelShare = Recalled(0.8, Shares),
    };

    private static GpuModel H100() => new("H100 SXM5", "sm_90", "h100")
    {
        Sms = Stated(132, "modal.com GPU glossary"),
        ClockMhz = Stated(1830, "tensor clock of the stated peaks"),
        MaxClockMhz = Stated(1980, "modal.com GPU glossary"),
        MaxWarps = Recalled(64, Guide),
        MaxBlocks = Recalled(32, Guide),
        Registers = Recalled(65536, Guide),
        UnifiedKib = Stated(256, Simulators),
        CarveOutsKib = [0, 8, 16, 32, 64, 100, 132, 164, 196, 228],
        MaxSharedKib = Stated(228, Simulators),
        Issue = Stated(4, Whitepapers),
        Fma = Derived(128, Peaks),
        HalfFma = Recalled(256, Table),
        DoubleFma = Recalled(64, Table),
        Integer = Stated(64, Table),
        Special = Stated(16, Table),
        Shuffle = Recalled(32, Table),
        LoadStore = Stated(1, Forum),
        SharedBytes = Stated(128, Forum),
        FirstLevelFillBytes = Recalled(64, Whitepapers),
        TensorHalf = Derived(2048, Peaks + " (989.4 TFLOPS, wgmma)"),
        TensorFloat = Derived(1024, Whitepapers),
        TensorFloat8 = Derived(4096, Whitepapers),
        TensorInteger = Derived(4096, Whitepapers),
        TensorDouble = Derived(128, Peaks + " (66.9 TFLOPS)"),
        TensorHalfSums = Derived(2048, Peaks),
        TensorFloat8HalfSums = Derived(4096, Whitepapers),
        TensorInterval = Stated(6, "FlashGPU-Sim, mma.sync"),
        FloatToInteger = Recalled(16, Table),
        IntegerToFloat = Recalled(64, Table),
        PackHalf = Recalled(64, Table),
        Popcount = Stated(16, Table),
        Redux = Recalled(16, Table),
        Vote = Recalled(64, Table),
        MmaSyncShare = Stated(2.0 / 3, "FlashGPU-Sim; Luo et al. measure 62.9 %"),
        TensorLatency = Stated(33, Simulators + ", 22 to 33"),
        SharedLatency = Stated(29, Simulators),
        FirstLevelLatency = Stated(40, Simulators + ", 39 to 41"),
        SecondLevelLatency = Stated(237, Simulators + ", near partition; up to 150 more for the far one"),
        DramLatency = Stated(431, Simulators),
        AluLatency = Stated(4, Simulators),
        SecondLevelMib = Stated(50, "FlashGPU-Sim"),
        SecondLevelBytes = Stated(5120, "FlashGPU-Sim: 160 slices of 32 B; measured 5.5 to 7 TB/s"),
        DramGbs = Stated(3352, Cards),
        DramShare = Recalled(0.92, Shares),
        AsyncCopies =
        [
            ("TMA request", Stated(32, "FlashGPU-Sim")), ("mbarrier arrive", Stated(29, "FlashGPU-Sim")), ("mbarrier try_wait", Stated(32, "FlashGPU-Sim")),
            ("barrier release", Stated(15, "FlashGPU-Sim")),
        ],
        SecondLevelShare = Recalled(0.8, Shares),
    };
}
