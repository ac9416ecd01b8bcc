using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using KernelDsl.Profiling.Caches;
using KernelDsl.Profiling.Counting;
using KernelDsl.Profiling.Gpus;
using KernelDsl.Profiling.Pages;
using KernelDsl.Profiling.Tests.Rules;

namespace KernelDsl.Profiling.Tests.Pages;

public sealed class ProfilePageTests
{
    private static readonly XNamespace s_html = "http://www.w3.org/1999/xhtml";
    private static readonly ProfileReport s_matmul = SampleReport.Matmul();

    [Fact]
    public void Page_is_well_formed()
    {
        var page = Parse(ProfilePage.Write(s_matmul));
        Assert.Equal("html", page.Name.LocalName);
        Assert.Equal("Profile of matmul_tiled", page.Descendants(s_html + "title").First().Value);
    }

    [Fact]
    public void Every_table_has_headers_and_rows_of_their_number()
        => Assert.All(Parse(ProfilePage.Write(s_matmul)).Descendants(s_html + "table"), table =>
        {
            var columns = table.Element(s_html + "thead")!.Descendants(s_html + "th").ToArray();
            Assert.All(columns, column => Assert.Equal("col", column.Attribute("scope")!.Value));
            Assert.All(table.Element(s_html + "tbody")!.Elements(), row => Assert.Equal(columns.Length, row.Elements().Count()));
        });

    [Fact]
    public void Drawings_say_what_they_show()
    {
        var drawings = Parse(ProfilePage.Write(s_matmul)).Descendants(s_html + "svg").ToArray();
        Assert.All(drawings, drawing => Assert.NotEmpty(drawing.Attribute("aria-label")!.Value));
        // The mixes of PTX and of one machine code, and a roofline for each GPU.
        Assert.Equal(2 + 3, drawings.Length);
    }

    [Fact]
    public void Numbers_of_the_report_are_on_the_page()
    {
        var page = Parse(ProfilePage.Write(s_matmul)).Value;
        Assert.All(s_matmul.Stages[0].Gpus, gpu => Assert.Contains(Numbers.Time(gpu.Bound!.Binding.Seconds), page, StringComparison.Ordinal));
        Assert.Contains("123,456", page, StringComparison.Ordinal);
        Assert.Contains("7.00", page, StringComparison.Ordinal);
        Assert.Contains(Numbers.Count(s_matmul.Stages[0].Counters.Shared.Conflicts), page, StringComparison.Ordinal);
        Assert.Contains(Numbers.Bytes(s_matmul.Stages[0].Gpus[0].Traffic!.DramRead), page, StringComparison.Ordinal);
        Assert.Contains(ProfileReport.Honesty, page, StringComparison.Ordinal);
    }

    [Fact]
    public void Source_lines_carry_their_counts_and_heat()
    {
        var rows = Parse(ProfilePage.Write(s_matmul)).Descendants(s_html + "tr").Where(row => row.Descendants(s_html + "td").LastOrDefault()?.Value == "            sum += as[y][i] * bs[i][x];").ToArray();
        var row = Assert.Single(rows);
        Assert.Equal("heat5", row.Attribute("class")!.Value);
        var expected = s_matmul.Stages[0].Counters.Lines.Where(line => line.Cuda?.Line == 18).Sum(line => line.WarpExecutions);
        Assert.Equal(["18", Numbers.Count(expected)], row.Elements().Take(2).Select(cell => cell.Value));
    }

    [Fact]
    public void Page_asks_for_nothing_from_elsewhere()
    {
        var page = ProfilePage.Write(s_matmul);
        Assert.DoesNotMatch(new Regex(@"\b(src|srcset|data|action)=|url\(|@import|<link|<script|<iframe|<img"), page);
        Assert.All(Regex.Matches(page, "href=\"([^\"]*)\""), match => Assert.StartsWith("#", match.Groups[1].Value, StringComparison.Ordinal));
    }

    [Fact]
    public void Links_lead_to_sections()
    {
        var page = Parse(ProfilePage.Write(s_matmul));
        var places = page.Descendants().Attributes("id").Select(place => "#" + place.Value).ToHashSet();
        Assert.Subset(places, page.Descendants(s_html + "a").Select(link => link.Attribute("href")!.Value).ToHashSet());
    }

    [Fact]
    public void Hostile_names_stay_text()
    {
        var page = Parse(ProfilePage.Write(SampleReport.OfHostileNames()));
        Assert.Empty(page.Descendants(s_html + "script"));
        Assert.Contains("<script>alert(\"1\")</script>&amp;'--><!--\uFFFD\uFFFD\uFFFD[31m", page.Descendants(s_html + "h1").Single().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Launch_that_does_not_fit_has_a_page_without_a_bound()
    {
        var counters = s_matmul.Stages[0].Counters with { Launch = s_matmul.Stages[0].Counters.Launch with { DynamicSharedBytes = 150 * 1024 } };
        var page = Parse(ProfilePage.Write(Report(counters, GpuModel.All)));
        Assert.Contains("does not fit", page.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Launch_that_executed_nothing_has_a_page()
    {
        var counters = new KernelCounters("empty", new LaunchShape(1, 1, 1, 32, 1, 1), [new LineCounters(1, "ret")]);
        Parse(ProfilePage.Write(Report(counters, [])));
        Parse(ProfilePage.Write(Report(counters with { Lines = [new LineCounters(1, "ret") { WarpExecutions = 1 }] }, [GpuModel.All[0]])));
    }

    [Theory]
    [InlineData(0, 100, 0)]
    [InlineData(1, 100, 1)]
    [InlineData(20, 100, 1)]
    [InlineData(21, 100, 2)]
    [InlineData(100, 100, 5)]
    public void Heat_is_the_share_of_the_busiest(long value, long most, int heat) => Assert.Equal(heat, PageSections.Heat(value, most));

    [Fact]
    public void Text_has_the_same_numbers()
    {
        var text = ProfileText.Write(s_matmul);
        Assert.All(s_matmul.Stages[0].Gpus, gpu => Assert.Contains(Numbers.Time(gpu.Bound!.Binding.Seconds), text, StringComparison.Ordinal));
        Assert.Contains(Numbers.Count(s_matmul.Stages[0].Counters.Shared.Conflicts), text, StringComparison.Ordinal);
        Assert.Contains("Nothing here was measured on a GPU", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_of_hostile_names_does_not_steer_the_terminal()
        => Assert.DoesNotContain(ProfileText.Write(SampleReport.OfHostileNames()), character => char.IsControl(character) && character != '\n');

    [Fact]
    public void Bounds_of_all_launches_are_summed_and_the_second_level_is_handed_on()
    {
        var stream = new BlockStream();
        stream.Add(Lanes.Strided(4, 0), Lanes.All, 4, CacheAccess.Load);
        var line = new LineCounters(1, "ld.global.f32") { WarpExecutions = 1, ActiveLanes = 32, Global = new GlobalCounters(1, 4, 4, 1, 128) };
        var counters = new KernelCounters("f", new LaunchShape(1, 1, 1, 32, 1, 1), [line]);
        var builder = new ProfileBuilder(GpuModel.All, (_, _) => null);
        builder.Add(counters, [stream]);
        var first = builder.Build("f").Stages[0];
        builder.Add(counters, [stream]);
        var both = Assert.Single(builder.Build("f").Stages);
        Assert.Equal((1, 2), (first.Launches, both.Launches));
        Assert.Equal((1, 2), (first.Counters.WarpInstructions, both.Counters.WarpInstructions));
        Assert.Equal((4, 8), (first.Counters.Global.Sectors, both.Counters.Global.Sectors));
        Assert.Equal((128, 0), (first.Gpus[0].Traffic!.DramRead, both.Gpus[0].Traffic!.DramRead)); // The second launch finds its line in L2.
        Assert.Equal(first.Gpus[0].AllLaunches + both.Gpus[0].Bound!.Binding.Seconds, both.Gpus[0].AllLaunches);
        Parse(ProfilePage.Write(builder.Build("f")));
    }

    private static ProfileReport Report(KernelCounters counters, System.Collections.Immutable.ImmutableArray<GpuModel> gpus)
        => new(counters.Kernel, [new StageProfile(counters, 1, [.. gpus.Select(gpu => GpuProfile.Create(gpu, counters))])]);

    private static XElement Parse(string page)
    {
        using var reader = XmlReader.Create(new StringReader(page), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XElement.Load(reader);
    }
}
