using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using JobRequests.Domain;

namespace JobRequests.Grains.Abstractions;

/// <summary>
/// SHA-256 of what makes a request this request: job, caller, If-Match, each preceded by its length, and the command as JSON. Waits and the
/// request's deadline are not part of it.
/// </summary>
public static class Fingerprint
{
    // Kept in job documents for the jobs' life: another form needs another number here, and old keys then answer 422 instead of their outcome.
    private const byte FormVersion = 2;

    public static string Of(string jobRequestId, Caller caller, int? ifMatch, JobRequestCommand command)
    {
        var form = new ArrayBufferWriter<byte>(256);
        form.Write([FormVersion]);
        Write(form, jobRequestId);
        Write(form, caller.Person);
        Write(form, ifMatch ?? -1);
        using (var json = new Utf8JsonWriter(form)) JsonSerializer.Serialize(json, InUtc(command), CommandJson.Default.JobRequestCommand);

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(form.WrittenSpan, hash);
        return Base64Url.EncodeToString(hash);
    }

    // One moment is one moment, in whichever offset it was written.
    private static JobRequestCommand InUtc(JobRequestCommand command) => command switch
    {
        JobRequestCommand.Create create => create with { ExpiresAt = create.ExpiresAt?.ToUniversalTime(), Details = InUtc(create.Details) },
        JobRequestCommand.Amend amend => amend with { ExpiresAt = amend.ExpiresAt?.ToUniversalTime(), Details = InUtc(amend.Details) },
        _ => command,
    };

    private static JobDetails? InUtc(JobDetails? details) =>
        details is null ? null : details with { StartsAt = details.StartsAt?.ToUniversalTime(), EndsAt = details.EndsAt?.ToUniversalTime() };

    private static void Write(ArrayBufferWriter<byte> form, string text)
    {
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
