// Tests here wait for brokers and silos more than they compute.
[assembly: CollectionBehavior(MaxParallelThreads = 6)]
