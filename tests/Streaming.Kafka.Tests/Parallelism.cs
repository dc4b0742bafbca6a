using Xunit.v3;

// Tests here wait for brokers and silos more than they compute.
[assembly: Parallelization(MaxThreads = 6)]
