using System.Diagnostics;
using System.Runtime.InteropServices;
using KernelDsl.Runtime.Interop;
using KernelDsl.Testing.Execution;

namespace KernelDsl.Runtime.Tests.Tensors;

/// <summary>Tensors to and from a library in C that knows DLPack from its specification only.</summary>
public sealed unsafe class DLPackForeignTests : IDisposable
{
    // https://dmlc.github.io/dlpack/latest/c_api.html, version 1.0.
    private const string Library = """
        #include <stdint.h>
        #include <stdlib.h>
        typedef struct { int32_t device_type; int32_t device_id; } DLDevice;
        typedef struct { uint8_t code; uint8_t bits; uint16_t lanes; } DLDataType;
        typedef struct { void* data; DLDevice device; int32_t ndim; DLDataType dtype; int64_t* shape; int64_t* strides; uint64_t byte_offset; } DLTensor;
        typedef struct DLManagedTensor { DLTensor dl_tensor; void* manager_ctx; void (*deleter)(struct DLManagedTensor*); } DLManagedTensor;
        typedef struct { uint32_t major, minor; } DLPackVersion;
        typedef struct DLManagedTensorVersioned {
            DLPackVersion version; void* manager_ctx; void (*deleter)(struct DLManagedTensorVersioned*); uint64_t flags; DLTensor dl_tensor; } DLManagedTensorVersioned;

        static int deleted;
        extern "C" int deletions() { return deleted; }

        // Adds up a matrix of floats and doubles each element; -1 when it is something else.
        static double use(const DLTensor* t) {
            if (t->device.device_type != 1 || t->ndim != 2 || t->dtype.code != 2 || t->dtype.bits != 32 || t->dtype.lanes != 1) return -1;
            double sum = 0;
            for (int64_t i = 0; i < t->shape[0]; i++)
                for (int64_t j = 0; j < t->shape[1]; j++) {
                    float* p = (float*)((char*)t->data + t->byte_offset) + i * t->strides[0] + j * t->strides[1];
                    sum += *p * (i + 1);
                    *p *= 2;
                }
            return sum;
        }
        extern "C" double take(DLManagedTensor* m) { double sum = use(&m->dl_tensor); m->deleter(m); return sum; }
        extern "C" double take_versioned(DLManagedTensorVersioned* m) {
            double sum = m->version.major == 1 ? use(&m->dl_tensor) : -2; m->deleter(m); return sum; }

        static void free_all(DLManagedTensor* m) { deleted++; free(m->manager_ctx); free(m); }
        static void free_versioned(DLManagedTensorVersioned* m) { deleted++; free(m->manager_ctx); free(m); }

        // A column-major matrix 2 x 3 of the numbers 1 to 6 in row order, behind 8 bytes of something else.
        static void* fill(DLTensor* t) {
            struct block { int64_t shape[2], strides[2]; double data[7]; }* b = (struct block*)malloc(sizeof(struct block));
            b->shape[0] = 2; b->shape[1] = 3; b->strides[0] = 1; b->strides[1] = 2;
            for (int i = 0; i < 2; i++) for (int j = 0; j < 3; j++) b->data[1 + i + 2 * j] = i * 3 + j + 1;
            t->data = b->data; t->device.device_type = 1; t->device.device_id = 0; t->ndim = 2; t->dtype.code = 2; t->dtype.bits = 64; t->dtype.lanes = 1;
            t->shape = b->shape; t->strides = b->strides; t->byte_offset = 8;
            return b;
        }
        extern "C" DLManagedTensor* make() {
            DLManagedTensor* m = (DLManagedTensor*)calloc(1, sizeof *m); m->manager_ctx = fill(&m->dl_tensor); m->deleter = free_all; return m; }
        extern "C" DLManagedTensorVersioned* make_versioned(int read_only) {
            DLManagedTensorVersioned* m = (DLManagedTensorVersioned*)calloc(1, sizeof *m);
            m->version.major = 1; m->version.minor = 1; m->flags = read_only; m->manager_ctx = fill(&m->dl_tensor); m->deleter = free_versioned; return m; }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("kdsl-dlpack-").FullName;

    private static KernelDevice Device => KernelDevice.Cpu;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void Tensors_cross_to_a_library_in_C_and_back()
    {
        Skip.IfNot(HostCudaRunner.IsAvailable, "g++ is not on the path.");
        var library = Build();
        try
        {
            nint Find(string name) => NativeLibrary.GetExport(library, name);
            var take = (delegate* unmanaged<nint, double>)Find("take");
            var takeVersioned = (delegate* unmanaged<nint, double>)Find("take_versioned");
            var deletions = (delegate* unmanaged<int>)Find("deletions");

            // Out: rows of one and columns of the other part of a larger tensor.
            using var tensor = Device.Upload(new[,] { { 1f, 2, 3 }, { 4, 5, 6 } });
            Assert.Equal((1 + 2 + 3) + (2 * (4 + 5 + 6)), take(DLPack.Export<float>(tensor)));
            Assert.Equal([2f, 4, 6, 8, 10, 12], tensor.ToArray());
            Assert.Equal((4 + 10) + (2 * (6 + 12)), takeVersioned(DLPack.ExportVersioned(tensor.Slice(1, 1, 2).Permute(1, 0))));
            Assert.Equal([2f, 8, 12, 8, 20, 24], tensor.ToArray());

            // In: its memory, given back once.
            var made = DLPack.Import<double>(Device, ((delegate* unmanaged<nint>)Find("make"))());
            Assert.Equal([1d, 2, 3, 4, 5, 6], made.AsRef().ToArray());
            Assert.Equal([1L, 2L], made.AsRef().Strides.ToArray());
            made.Dispose();
            Assert.Equal(1, deletions());
            var makeVersioned = (delegate* unmanaged<int, nint>)Find("make_versioned");
            using (var readOnly = DLPack.ImportVersioned<double>(Device, makeVersioned(1)))
            {
                Assert.True(readOnly.IsReadOnly);
                Assert.Equal([1d, 2, 3, 4, 5, 6], readOnly.AsRef().ToArray());
            }

            Assert.Equal(2, deletions());

            // Refused, it stays the maker's.
            var wrong = makeVersioned(0);
            Assert.Throws<KernelArgumentException>(() => DLPack.ImportVersioned<float>(Device, wrong));
            Assert.Equal(2, deletions());
            DLPack.ImportVersioned<double>(Device, wrong).Dispose();
            Assert.Equal(3, deletions());
        }
        finally
        {
            NativeLibrary.Free(library);
        }
    }

    private nint Build()
    {
        var (source, library) = (Path.Combine(_folder, "foreign.cpp"), Path.Combine(_folder, "libforeign.so"));
        File.WriteAllText(source, Library);
        using var compiler = Process.Start(new ProcessStartInfo("g++", ["-O1", "-shared", "-fPIC", "-o", library, source]) { RedirectStandardError = true })!;
        var errors = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        Assert.True(compiler.ExitCode == 0, errors);
        return NativeLibrary.Load(library);
    }
}
