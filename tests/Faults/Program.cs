using System.CommandLine;
using JobRequests.Faults;

return await new RootCommand("What the service does when it is asked for too much, and when things break. Loopback and bounded; for a machine of its own.")
{
    Overload.Create(),
    Nemesis.Create(),
}.Parse(args).InvokeAsync();
