using JobRequests.ServiceDefaults;

return await ServiceProcess.RunAsync(args, new ServiceProgram(GatewayProcess.CreateBuilder, GatewayProcess.Add, GatewayProcess.Map)
{
    Explain = GatewayProcess.Explain,
    WarmUp = GatewayWarmUp.RunAloneAsync,
});
