using JobRequests.Gateway.Hosting;
using JobRequests.ServiceDefaults;
using JobRequests.Silo;
using JobRequests.Standalone;

if (StandaloneOptions.Parse(args, out var exitCode) is not { } options) return exitCode;
return await ServiceProcess.RunAsync(
    options.Rest, new ServiceProgram(settings => StandaloneHost.CreateBuilder(options, settings), StandaloneHost.Add, static app => app.MapGateway())
    {
        Explain = StandaloneHost.Explain,
        WarmUp = static stopped => SiloWarmUp.RunAsync(builder => GatewayWarmUp.RunAsync(builder, stopped)),
        Options = StandaloneOptions.Names,
        Ready = async app =>
        {
            Welcome.Print(app, options);
            if (options.Demo) await Demo.PlayAsync(app.Urls.First(), app.Lifetime.ApplicationStopping);
        },
    });
