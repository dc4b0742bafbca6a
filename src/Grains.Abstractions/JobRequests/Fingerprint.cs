using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace JobRequests.Grains.Abstractions;

/// <summary>
/// SHA-256 of what makes a request this request: operation, job, task, caller, If-Match and the body in one canonical form.
/// Waits and deadlines are not part of it. Every part is preceded by its length, so no two requests share a form.
/// </summary>
public static class Fingerprint
{
    // Kept in job documents for the jobs' life: another form needs another number here, and old keys then answer 422 instead of their outcome.
    private const byte FormVersion = 1;

    public static string Of(string jobRequestId, Caller caller, int? ifMatch, JobCommand command)
    {
        var form = new ArrayBufferWriter<byte>(256);
        form.Write([FormVersion]);
        Write(form, command.Operation);
        Write(form, jobRequestId);
        Write(form, caller.Person);
        Write(form, ifMatch ?? -1);
        switch (command)
        {
            case JobCommand.Create create:
                Write(form, create.Candidates.Length);
                foreach (var candidate in create.Candidates) Write(form, candidate);
                Write(form, create.Tasks.Length);
                foreach (var task in create.Tasks)
                {
                    Write(form, task.Id);
                    Write(form, task.Name);
                }

                Write(form, create.Title);
                Write(form, create.ExpiresAt?.ToUnixTimeMilliseconds() ?? long.MinValue);
                break;
            case JobCommand.Decline decline:
                Write(form, decline.Reason);
                break;
            case JobCommand.FinishTask finish:
                Write(form, finish.TaskId);
                break;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(form.WrittenSpan, hash);
        return Base64Url.EncodeToString(hash);
    }

    private static void Write(ArrayBufferWriter<byte> form, string? text)
    {
        if (text is null)
        {
            Write(form, -1);
            return;
        }

        var bytes = Encoding.UTF8.GetByteCount(text);
        Write(form, bytes);
        Encoding.UTF8.GetBytes(text, form.GetSpan(bytes));
        form.Advance(bytes);
    }

    private static void Write(ArrayBufferWriter<byte> form, long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(form.GetSpan(sizeof(long)), number);
        form.Advance(sizeof(long));
    }
}
