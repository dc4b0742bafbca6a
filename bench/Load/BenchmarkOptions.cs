namespace JobRequests.Bench;

internal sealed record BenchmarkOptions(FileInfo? Standalone, string? Url, int Jobs, int Callers, int WarmUp, int[] Stored, bool Idle);

internal sealed record ClusterBenchmarkOptions(FileInfo Script, int[] Silos, int Gateways, int Jobs, int Callers, int WarmUp, bool Hops);
