using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Microsoft.Extensions.Hosting;

/// <summary>Telemetry that every process of the product has.</summary>
public static class ServiceDefaultsHosting
{
    /// <summary>
    /// Traces and metrics, exported by OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names a collector, and not even collected
    /// where it does not.
    /// </summary>
    public static IHostApplicationBuilder AddServiceDefaults(this IHostApplicationBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])) return builder;

        builder.Services.AddOpenTelemetry()
            .WithTracing(tracing => tracing.AddAspNetCoreInstrumentation().AddSource("JobRequests.*", "Microsoft.Orleans.Application"))
            .WithMetrics(metrics => metrics.AddAspNetCoreInstrumentation().AddRuntimeInstrumentation().AddMeter("JobRequests.*", "Microsoft.Orleans"))
            .UseOtlpExporter();
        return builder;
    }
}
