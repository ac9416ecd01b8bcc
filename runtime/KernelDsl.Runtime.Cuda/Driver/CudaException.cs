namespace KernelDsl.Runtime.Cuda;

/// <summary>The CUDA driver reported an error.</summary>
/// <param name="code">The number of the <c>CUresult</c>.</param>
/// <param name="name">Its name, such as <c>CUDA_ERROR_NO_DEVICE</c>.</param>
/// <param name="message">What was being done, and the driver's own sentence.</param>
/// <param name="log">What the driver's compiler printed; often empty.</param>
public sealed class CudaException(int code, string name, string message, string log = "")
    : Exception(log.Length == 0 ? message : message + Environment.NewLine + log)
{
    /// <summary>The number of the <c>CUresult</c>.</summary>
    public int Code { get; } = code;

    /// <summary>The name of the error.</summary>
    public string Name { get; } = name;

    /// <summary>What the driver's compiler printed; often empty.</summary>
    public string Log { get; } = log;
}
