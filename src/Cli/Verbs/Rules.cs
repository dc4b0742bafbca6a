using JobRequests.Domain;

namespace JobRequests.Cli.Verbs;

internal static class Rules
{
    private const string Lifecycle =
        """
        A job's life
          Open      accept (a candidate)              -> Accepted; nobody else may accept
                    decline (a candidate)             -> Open, or Declined when nobody is left who may answer
                    its expiry passes                 -> Expired
          Accepted  start (the winner)                -> Started
                    withdraw (the winner)             -> Open again, a new epoch; who withdrew answers no more
          Started   task finish (the winner)          -> Started
                    finish (the winner, all tasks)    -> Finished
          Open, Accepted, Started   cancel (the requester) -> Cancelled

        A candidate answers once per epoch. Finished, Declined, Expired and Cancelled are final.
        To anybody but its requester, its candidates and administrators a job does not exist.
        The same key never does a thing twice: a repeat gets the first answer.

        When the rules say no
        """;

    public static Command Build()
    {
        var verb = new Command("rules", "Explain the job lifecycle and every rejection code");
        verb.SetAction(_ =>
        {
            Terminal.Line(Lifecycle);
            foreach (var rejection in Rejections.All)
                Terminal.Line($"  {rejection.Code,-22} {rejection.Title}.\n  {"",-22} {rejection.Description}");
        });
        return verb;
    }
}
