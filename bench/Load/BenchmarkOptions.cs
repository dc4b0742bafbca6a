namespace JobRequests.Bench;

internal sealed record BenchmarkOptions(FileInfo? Standalone, string? Url, int Jobs, int Callers, int[] Stored, bool Idle);
