using KernelDsl.Runtime.Numerics;

namespace KernelDsl.Runtime.Tests.Numerics;

public sealed class KernelMathTests
{
    private static readonly double s_unit = Math.ScaleB(1, -53);

    /// <summary>x, erf(x), exp(x) - 1, log(1 + x), computed with 40 digits.</summary>
    public static TheoryData<double, double, double, double> Digits => new()
    {
        { 1E-300, 1.1283791670955126E-300, 1E-300, 1E-300 },
        { 1E-20, 1.1283791670955125E-20, 1E-20, 1E-20 },
        { 1E-08, 1.1283791670955126E-08, 1.0000000050000001E-08, 9.999999950000001E-09 },
        { 1E-05, 1.1283791670579E-05, 1.0000050000166668E-05, 9.999950000333332E-06 },
        { 0.001, 0.0011283787909692365, 0.0010005001667083417, 0.0009995003330835331 },
        { 0.1, 0.1124629160182849, 0.10517091807564763, 0.09531017980432487 },
        { 0.3, 0.3286267594591274, 0.3498588075760031, 0.26236426446749106 },
        { 0.49999, 0.5204910899433182, 0.648704783569857, 0.4054584414192754 },
        { 0.5, 0.5204998778130465, 0.6487212707001282, 0.4054651081081644 },
        { 0.75, 0.7111556336535151, 1.1170000166126746, 0.5596157879354227 },
        { 0.99, 0.8385080695553698, 1.6912344723492623, 0.688134638736401 },
        { 1.0, 0.8427007929497149, 1.7182818284590453, 0.6931471805599453 },
        { 1.2, 0.9103139782296353, 2.3201169227365472, 0.7884573603642702 },
        { 1.5, 0.9661051464753108, 3.481689070338065, 0.9162907318741551 },
        { 2.0, 0.9953222650189527, 6.38905609893065, 1.0986122886681098 },
        { 2.3, 0.9988568234026434, 8.974182454814718, 1.1939224684724346 },
        { 2.75, 0.9998993780778803, 14.642631884188171, 1.3217558399823195 },
        { 3.1, 0.9999883513426328, 21.197951281441636, 1.410986973710262 },
        { 3.5, 0.9999992569016276, 32.11545195869231, 1.5040773967762742 },
        { 4.0, 0.9999999845827421, 53.598150033144236, 1.6094379124341003 },
        { 4.4, 0.999999999510829, 80.45086866496814, 1.6863989535702288 },
        { 5.2, 0.9999999999998075, 180.27224187515122, 1.824549292051046 },
        { 5.9, 0.9999999999999999, 364.0374678653289, 1.9315214116032138 },
        { 5.99, 1.0, 398.41460992710995, 1.944480556245719 },
        { 6.0, 1.0, 402.4287934927351, 1.9459101490553132 },
        { 7.0, 1.0, 1095.6331584284585, 2.0794415416798357 },
        { 0.8061854646744073, 0.7457630302992814, 1.2393495957723604, 0.5912171433403308 },
        { 5.084602421623396, 0.9999999999993555, 160.51571131632846, 1.8057613868559985 },
        { 4.582647713859684, 0.9999999999087882, 96.77292652888623, 1.7196631645450648 },
        { 1.5304141544365302, 0.9695611562512171, 3.6200898568379434, 0.9283829867482137 },
        { 2.972610522551646, 0.9999737652211579, 18.542870166583203, 1.379423440955279 },
        { 2.696946388732429, 0.999863296725724, 13.834364111200154, 1.3075071785597718 },
        { 3.9095578363365777, 0.9999999677846338, 48.87689334712326, 1.59118388405208 },
        { 4.732340106813079, 0.999999999978067, 112.56099651702785, 1.7461238429602381 },
        { 0.5631575206454094, 0.5742149498795599, 0.7562090210986092, 0.44670782732443326 },
        { 0.17008485913203786, 0.1900854854712436, 0.18540543952910252, 0.1570762753522334 },
        { 5.014590623519219, 0.9999999999986753, 149.59447430928037, 1.794188287845205 },
        { 2.5966024074303204, 0.999759481888345, 12.418071360999935, 1.279989624111556 },
        { 4.573680494747652, 0.9999999999007972, 95.9000945600014, 1.718055606775971 },
        { 0.012636320106664156, 0.014257801474050832, 0.012716495752041259, 0.012557148078174898 },
        { -1E-300, -1.1283791670955126E-300, -1E-300, -1E-300 },
        { -1E-09, -1.1283791670955127E-09, -9.999999995E-10, -1.0000000005000001E-09 },
        { -0.0001, -0.00011283791633342487, -9.999500016666251E-05, -0.00010000500033335834 },
        { -0.01, -0.011283415555849618, -0.009950166250831947, -0.010050335853501442 },
        { -0.3, -0.3286267594591274, -0.2591817793182821, -0.35667494393873234 },
        { -0.7, -0.6778011938374184, -0.5034146962085905, -1.203972804325936 },
        { -0.999, -0.8422852702064969, -0.631752495386337, -6.907755278982136 },
        { -0.99999999, -0.8427007887986399, -0.6321205551497632, -18.420680738927608 },
    };

    /// <summary>
    /// The polynomial of erf is within 0.2 units of the last place of 1, and its last addition rounds once; below 0.5 a product rounds as well.
    /// The formulas of Kahan take 4 roundings.
    /// </summary>
    [Theory]
    [MemberData(nameof(Digits))]
    public void Functions_in_binary64_agree_with_forty_digits(double x, double erf, double expm1, double log1p)
    {
        AssertNear(erf, KernelMath.Erf(x), units: 4);
        AssertNear(-erf, KernelMath.Erf(-x), units: 4);
        AssertNear(expm1, KernelMath.Expm1(x), units: 8);
        AssertNear(log1p, KernelMath.Log1p(x), units: 8);
    }

    /// <summary>Computed in binary64 and rounded once: half a unit, and a little for the rounding of x.</summary>
    [Theory]
    [MemberData(nameof(Digits))]
    public void Functions_in_binary32_are_rounded_once(double x, double erf, double expm1, double log1p)
    {
        if ((float)x != x)
        {
            // The digits belong to another x. The slope of these functions is at most exp(x), so that a rounded x stays a useful test of size.
            var slack = Math.Exp(Math.Max(x, 0)) * Math.Abs(x - (float)x) / (1 + Math.Min(x, 0));
            Assert.InRange(KernelMath.Erf((float)x) - erf, (-2 * slack) - 1e-7, (2 * slack) + 1e-7);
            return;
        }

        Assert.Equal((float)erf, KernelMath.Erf((float)x));
        Assert.Equal((float)expm1, KernelMath.Expm1((float)x));
        Assert.Equal((float)log1p, KernelMath.Log1p((float)x));
    }

    [Fact]
    public void Signs_of_zero_and_limits_are_kept()
    {
        Assert.True(double.IsNegative(KernelMath.Erf(-0.0)));
        Assert.True(double.IsNegative(KernelMath.Expm1(-0.0)));
        Assert.True(double.IsNegative(KernelMath.Log1p(-0.0)));
        Assert.Equal(double.PositiveInfinity, KernelMath.Expm1(1000.0));
        Assert.Equal(-1, KernelMath.Expm1(double.NegativeInfinity));
        Assert.Equal(double.NegativeInfinity, KernelMath.Log1p(-1.0));
        Assert.Equal(double.PositiveInfinity, KernelMath.Log1p(double.PositiveInfinity));
        Assert.True(double.IsNaN(KernelMath.Log1p(-1.5)));
        Assert.Equal(1, KernelMath.Erf(double.PositiveInfinity));
        Assert.True(double.IsNaN(KernelMath.Erf(double.NaN)));
    }

    [Fact]
    public void Sigmoid_and_softplus_keep_their_limits()
    {
        Assert.Equal((0f, 1f), (KernelMath.Sigmoid(-200f), KernelMath.Sigmoid(200f)));
        Assert.Equal((0.5f, 0.5), (KernelMath.Sigmoid(0f), KernelMath.Sigmoid(0.0)));
        Assert.Equal((0f, 200f), (KernelMath.Softplus(-200f), KernelMath.Softplus(200f)));
        AssertNear(Math.Exp(-40), KernelMath.Softplus(-40.0), units: 4);
        Assert.True(float.IsNaN(KernelMath.Sigmoid(float.NaN)) && float.IsNaN(KernelMath.Softplus(float.NaN)));
    }

    [Fact]
    public void Erf_is_continuous_and_rising_across_its_pieces()
    {
        var before = -1.0;
        for (var x = -6.5; x < 6.5; x += 1.0 / 1024)
        {
            var value = KernelMath.Erf(x);

            // Where erf is flat, rounding may take one unit back.
            Assert.True(value >= before - (2 * s_unit), $"erf falls at {x}");
            before = value;
        }
    }

    private static void AssertNear(double expected, double actual, double units)
        => Assert.InRange(actual, expected - (units * s_unit * Math.Abs(expected)), expected + (units * s_unit * Math.Abs(expected)));
}
