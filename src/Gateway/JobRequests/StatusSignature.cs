using System.Globalization;
using System.Text;
using JobRequests.Records;

namespace JobRequests.Gateway.JobRequests;

/// <summary>
/// Proves that an address of the status route was made here, for a command that was published. Only then does asking at that address,
/// after the deadline, make the job record that it passed: otherwise anybody could fill a job's document with keys nobody has used.
/// </summary>
internal sealed class StatusSignature(RecordSignature signature)
{
    private const string Type = "jobrequests.status-address.v1";

    public string Sign(RequestName name, long notAfter) => signature.Sign(Type, Parts(name, notAfter));

    public bool IsOurs(string text, RequestName name, long notAfter) => signature.IsOfCluster(Encoding.UTF8.GetBytes(text), Type, Parts(name, notAfter));

    private static ReadOnlyMemory<byte>[] Parts(RequestName name, long notAfter) =>
        [.. new[]
            { name.JobRequestId, name.Operation, name.Key, name.Caller, notAfter.ToString(CultureInfo.InvariantCulture) }.Select(
                static part => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(part)))];
}
