using System.Reflection;
using System.Runtime.Loader;
using KernelDsl.Runtime.Packs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KernelDsl.Runtime.Tests.Images;

/// <summary>An assembly with a pack in it, as the build makes it.</summary>
internal static class PackedAssembly
{
    public static Assembly Load(byte[] pack)
    {
        var compilation = CSharpCompilation.Create($"Packed{Guid.NewGuid():N}", references: [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)],
            options: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var image = new MemoryStream();
        var result = compilation.Emit(image, manifestResources: [new ResourceDescription(KernelPack.ResourceName, () => new MemoryStream(pack), isPublic: true)]);
        Assert.True(result.Success);
        image.Position = 0;
        return new AssemblyLoadContext("packed").LoadFromStream(image);
    }
}
