using JobRequests.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Microsoft.Extensions.Hosting;

/// <summary>Telemetry that every process of the product has.</summary>
public static class ServiceDefaultsHosting
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // Orleans' names for the spans of calls, activations and storage; its other sources speak of every message.
    private static readonly string[] Sources = [
        "JobRequests.*", "Microsoft.Orleans.Application", "Microsoft.Orleans.Lifecycle", "Microsoft.Orleans.Storage", "MongoDB.Driver"];
    private static readonly string[] Meters = ["JobRequests.*", "Microsoft.Orleans"];

    /// <summary>
    /// Traces, metrics and logs, exported by OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names a collector, and not even collected
    /// where it does not. <c>OTEL_SERVICE_NAME</c> names the process; by default it is called as its program.
    /// </summary>
    public static IHostApplicationBuilder AddServiceDefaults(this IHostApplicationBuilder builder)
    {
        AspireSettings.Translate(builder.Configuration);
        if (builder.Configuration[Endpoint] is not { } collector || string.IsNullOrWhiteSpace(collector)) return builder;
        if (!Uri.TryCreate(collector, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new OptionsValidationException("", typeof(OtlpExporterOptions), [$"{Endpoint} must be an http or https address, but is '{collector}'."]);

        var name = builder.Configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } own
            ? own
            : builder.Environment.ApplicationName.ToLowerInvariant().Replace('.', '-');
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(name, serviceInstanceId: $"{Environment.MachineName}-{Environment.ProcessId}"))
            .WithTracing(tracing => tracing
                .AddAspNetCoreInstrumentation(static requests => requests.Filter = static http => !http.Request.Path.StartsWithSegments("/health"))
                .AddSource(Sources))
            .WithMetrics(metrics => metrics.AddAspNetCoreInstrumentation().AddRuntimeInstrumentation().AddMeter(Meters))
            .WithLogging()
            .UseOtlpExporter();
        return builder;
    }
}
