using JobRequests.Gateway;
using JobRequests.ServiceDefaults;

return await ServiceProcess.RunAsync(GatewayProcess.CreateBuilder(args), GatewayProcess.Build, GatewayProcess.Explain);
