using System.Globalization;
using KernelDsl.Compiler;
using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Diagnostics;
using KernelDsl.Compiler.Emission.Bindings;
using KernelDsl.Compiler.Text;

namespace KernelDsl.Generators.Pipeline;

/// <summary>Compiles specs for the generator. No exception leaves it but that of cancellation: one broken spec must not hide the others.</summary>
/// <param name="watch">Sees the path of each spec before it is compiled, and may throw: the seam of tests.</param>
internal sealed class SpecCompiler(Action<string>? watch = null)
{
    /// <summary>The classes of a spec, and what is wrong with it.</summary>
    public SpecModel Bind(SpecFile file, ProjectOptions options, CancellationToken cancellation)
    {
        try
        {
            var compilation = Compile(file, cancellation);
            var bindings = ImmutableArray.CreateBuilder<BindingModel>();
            var places = ImmutableArray.CreateBuilder<Place>();
            var bindingOptions = OptionsOf(options, embedsCuda: false);
            foreach (var (kernel, number) in Kernels(compilation))
            {
                cancellation.ThrowIfCancellationRequested();
                var bindingClass = new BindingClass(kernel, compilation.Module.Name, bindingOptions);
                bindings.Add(new BindingModel(
                    NameOf(file, bindingClass, number), BindingsEmission.Emit(bindingClass, compilation.Source, compilation.Module.Examples, bindingOptions)));
                places.Add(Place.Of(compilation.Source, kernel.Syntax.Name.Span));
            }

            return new SpecModel(new(bindings.ToImmutable()), new(places.ToImmutable()), compilation.Diagnostics.Select(DiagnosticModel.Of).ToEquatable());
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new SpecModel(default, default, new([Failure(file, e)]));
        }
    }

    /// <summary>The code of the sound kernels of a spec.</summary>
    public EquatableArray<CodeModel> Emit(SpecFile file, ProjectOptions options, bool embedsCuda, CancellationToken cancellation)
    {
        try
        {
            var compilation = Compile(file, cancellation);
            var bindingOptions = OptionsOf(options, embedsCuda);
            return Kernels(compilation).Where(pair => pair.Kernel.IsValid)
                .Select(pair => Emit(file, compilation, pair.Kernel, pair.Number, bindingOptions, cancellation)).ToEquatable();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Binding the same text failed as well and has reported it.
            return default;
        }
    }

    private static CodeModel Emit(
        SpecFile file, KernelCompilation compilation, BoundKernel kernel, int number, BindingOptions options, CancellationToken cancellation)
    {
        var bindingClass = new BindingClass(kernel, compilation.Module.Name, options);
        var name = NameOf(file, bindingClass, number);
        try
        {
            return new CodeModel(name, CodeEmission.Emit(bindingClass, compilation.Source, compilation.Module.Examples, options, cancellation), null);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new CodeModel(name, string.Empty, Failure(file, e));
        }
    }

    private KernelCompilation Compile(SpecFile file, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        watch?.Invoke(file.Path);
        return KernelCompilation.Create(new SourceText(file.Path, file.Text));
    }

    private static IEnumerable<(BoundKernel Kernel, int Number)> Kernels(KernelCompilation compilation)
        => compilation.Module.Kernels.Select((kernel, i) => (kernel, i)).Where(pair => pair.kernel.HasSignature);

    private static KernelName NameOf(SpecFile file, BindingClass bindingClass, int number)
        => new(bindingClass.Qualified(bindingClass.Name).Substring("global::".Length), file.Path, file.Folder, file.Name, number);

    private static BindingOptions OptionsOf(ProjectOptions options, bool embedsCuda)
        => new(options.Namespace, options.IsPublic, options.IsPacked, embedsCuda);

    private static DiagnosticModel Failure(SpecFile file, Exception exception)
    {
        // The stack stands in the message: a build log is all that a report will have.
        var text = string.Join(" ", exception.ToString().Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim()));
        var message = string.Format(CultureInfo.InvariantCulture, InternalDiagnostics.Crash.MessageFormat, text);
        return DiagnosticModel.Of(InternalDiagnostics.Crash, message, new Place(file.Path, 0, 0, 0, 0, 0, 0));
    }
}
