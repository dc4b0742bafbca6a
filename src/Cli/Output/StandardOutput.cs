using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace JobRequests.Cli.Output;

/// <summary>Standard output cannot be written.</summary>
internal sealed class OutputException(IOException cause) : IOException($"Standard output cannot be written: {cause.Message}", cause)
{
    private const int BrokenPipe = 32;
    private const int WindowsBrokenPipe = 109;
    private const int WindowsNoReader = 232;

    /// <summary>True when the reader has seen enough, as <c>head</c> has.</summary>
    public bool ReaderIsGone =>
        (InnerException!.HResult & 0xFFFF) is var error && (OperatingSystem.IsWindows() ? error is WindowsBrokenPipe or WindowsNoReader : error == BrokenPipe);
}

/// <summary>Standard output where it is no terminal. Says when it cannot be written; the console's own stream swallows a broken pipe.</summary>
internal sealed class StandardOutput : Stream
{
    private const int Descriptor = 1;
    private const int Interrupted = 4;

    private readonly Stream _inner = Open();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The output of this process; null at a terminal.</summary>
    public static StandardOutput? Current { get; private set; }

    /// <summary>Makes this the output of the process.</summary>
    public static void Use()
    {
        if (!Console.IsOutputRedirected)
            return;
        Current = new StandardOutput();
        Console.SetOut(new StreamWriter(Current) { AutoFlush = true });
    }

    /// <summary>Cancels when nobody reads the pipe any more, although nothing is written that would show it.</summary>
    public static void WatchReader(CancellationTokenSource gone)
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
            return;
        new Thread(() =>
        {
            var output = new PollDescriptor { Descriptor = Descriptor };
            int found;
            do
                found = Poll(ref output, 1, Timeout.Infinite);
            while (found < 0 && Marshal.GetLastPInvokeError() == Interrupted);
            if (found > 0)
                gone.Cancel();
        })
        { IsBackground = true, Name = "reader of standard output" }.Start();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _inner.Write(buffer);
        }
        catch (IOException e)
        {
            throw new OutputException(e);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => _inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    // A file may be shared with other programs, which go on where the console's stream ended, but not where a FileStream did.
    private static Stream Open()
    {
        if (OperatingSystem.IsWindows())
            return Console.OpenStandardOutput();
        var direct = new FileStream(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return direct.CanSeek ? Console.OpenStandardOutput() : direct;
    }

    [DllImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static extern int Poll(ref PollDescriptor descriptor, nuint count, int timeout);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }
}
