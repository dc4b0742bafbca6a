using JobRequests.ServiceDefaults;
using JobRequests.Silo;

return await ServiceProcess.RunAsync(SiloProcess.CreateBuilder(args), SiloProcess.Build, SiloProcess.Explain);
