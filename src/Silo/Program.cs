using JobRequests.ServiceDefaults;
using JobRequests.Silo;

return await ServiceProcess.RunAsync(args, new ServiceProgram(SiloProcess.CreateBuilder, SiloProcess.Add, SiloProcess.Map)
{
    Explain = SiloProcess.Explain,
    WarmUp = SiloWarmUp.RunAloneAsync,
});
