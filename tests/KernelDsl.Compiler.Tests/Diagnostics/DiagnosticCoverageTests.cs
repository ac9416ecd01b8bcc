using System.Runtime.CompilerServices;
using KernelDsl.Compiler.Diagnostics;

namespace KernelDsl.Compiler.Tests.Diagnostics;

/// <summary>Every id of the catalogue is reached by a test: those of texts by a spec that must fail, the others by the tests named here.</summary>
public sealed class DiagnosticCoverageTests
{
    /// <summary>What the tool and the runtime report, by the file of the test that reaches it.</summary>
    private static readonly ImmutableArray<(string File, string[] Ids)> s_elsewhere =
    [
        ("KernelDsl.Runtime.Tests/Launching/ArgumentTests.cs", ["KD8001", "KD8002", "KD8003", "KD8004", "KD8005", "KD8006", "KD8007", "KD8008"]),
        ("KernelDsl.Runtime.Tests/Kernels/LaunchTests.cs", ["KD8009", "KD8010", "KD8013", "KD8014", "KD8022"]),
        ("KernelDsl.Runtime.Tests/Kernels/TypedErrorTests.cs", ["KD8015", "KD8016", "KD8017", "KD8019", "KD8021", "KD8023", "KD8025"]),
        ("KernelDsl.Runtime.Tests/Tensors/DeviceTensorTests.cs", ["KD8011", "KD8012", "KD8020", "KD8026"]),
        ("KernelDsl.Runtime.Tests/Tensors/DLPackTests.cs", ["KD8024"]),
        ("KernelDsl.Runtime.Tests/Devices/CudaKernelDeviceTests.cs", ["KD8018"]),
        ("KernelDsl.Runtime.Tests/Packs/KernelPackTests.cs", ["KD8030", "KD8031", "KD8032"]),
        ("KernelDsl.Runtime.Tests/Images/KernelImageSourceTests.cs", ["KD8033", "KD8034", "KD8035"]),
        ("KernelDsl.Tool.Tests/Packing/PackBuilderTests.cs", ["KD7021"]),
        ("KernelDsl.MSBuild.Tests/PackBuildTests.cs", ["KD7020", "KD7022", "KD7023", "KD7024"]),
        ("KernelDsl.Runtime.Tests/Emission/JitTests.cs", ["KD0001"]),
        ("KernelDsl.Generators.Tests/RobustnessTests.cs", ["KD7030"]),
        ("KernelDsl.Generators.Tests/AnalyzerTests.cs", ["KD7031", "KD7032", "KD7033"]),
        ("KernelDsl.Tool.Tests/Execution/VirtualDeviceTests.cs", ["KD5006"]),
        ("KernelDsl.Tool.Tests/Arrays/NpzTests.cs", ["KD8120"]),
        ("KernelDsl.Tool.Tests/CommandLine/ForeignInputTests.cs", ["KD8126"]),
        ("KernelDsl.Tool.Tests/CommandLine/UsageTests.cs", ["KD5003", "KD7002"]),
        ("KernelDsl.Tool.Tests/CommandLine/RunTests.cs", ["KD7003", "KD8106", "KD8107", "KD8108", "KD8109", "KD8115", "KD8122", "KD8123", "KD8125", "KD8130", "KD8131", "KD8132"]),
        ("KernelDsl.Tool.Tests/CommandLine/DiagnosticReachTests.cs",
        [
            "KD5001", "KD5002", "KD5004", "KD5005", "KD7001", "KD7004", "KD7005", "KD7006", "KD8101", "KD8102", "KD8103", "KD8104", "KD8105", "KD8110", "KD8111",
            "KD8112", "KD8113", "KD8114", "KD8121", "KD8124", "KD8133", "KD8140", "KD8141", "KD8142", "KD8143",
        ]),
    ];

    [Fact]
    public void Every_id_that_a_text_can_cause_has_a_spec_that_must_fail()
    {
        var ofTexts = DiagnosticCatalogue.All.Select(d => d.Id).Where(IsOfTexts).ToArray();
        Assert.Equal(ofTexts.Order(StringComparer.Ordinal), MustFailSpecs.All.Select(spec => spec.Id).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void There_are_enough_specs_that_must_fail() => Assert.True(MustFailSpecs.All.Length >= 300, $"{MustFailSpecs.All.Length}");

    [Fact]
    public void Every_other_id_is_reached_by_the_test_that_is_named_here()
    {
        var others = DiagnosticCatalogue.All.Select(d => d.Id).Where(id => !IsOfTexts(id));
        Assert.Equal(others.Order(StringComparer.Ordinal), s_elsewhere.SelectMany(e => e.Ids).Order(StringComparer.Ordinal));
        foreach (var (file, ids) in s_elsewhere)
        {
            var text = File.ReadAllText(Path.Combine(Here(), "..", "..", file));
            Assert.All(ids, id => Assert.Contains(id, text, StringComparison.Ordinal));
        }
    }

    private static bool IsOfTexts(string id) => id[2] is '1' or '2' or '3' or '4' or '6';

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
