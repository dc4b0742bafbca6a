using System.Globalization;

namespace JobRequests.Cli.Race;

/// <summary>How long the calls took, in powers of two.</summary>
internal sealed class Latencies(IEnumerable<RecordedCall> calls)
{
    private const int Bar = 40;
    private readonly List<double> _sorted = [.. calls.Select(call => (call.End!.Value - call.Start) / 1e6).Order()];

    public double Percentile(double share) => _sorted.Count == 0 ? 0 : _sorted[Math.Min((int)Math.Ceiling(share * _sorted.Count), _sorted.Count) - 1];

    public IEnumerable<string> Lines()
    {
        if (_sorted.Count == 0)
            yield break;
        var groups = _sorted.GroupBy(ms => Math.Max((int)Math.Ceiling(Math.Log2(ms)), 0)).ToDictionary(group => group.Key, group => group.Count());
        var most = groups.Values.Max();
        for (var power = groups.Keys.Min(); power <= groups.Keys.Max(); power++)
        {
            var count = groups.GetValueOrDefault(power);
            var bar = new string('#', (int)Math.Ceiling((double)count * Bar / most));
            yield return string.Create(CultureInfo.InvariantCulture, $"  <= {1L << power,6} ms  {count,6}  {bar}").TrimEnd();
        }

        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"  p50 {Percentile(0.5):0.0} ms, p90 {Percentile(0.9):0.0} ms, p99 {Percentile(0.99):0.0} ms, max {Percentile(1):0.0} ms");
    }
}
