using KernelDsl.Compiler.Binding;
using KernelDsl.Plans;

namespace KernelDsl.Compiler.Emission.Bindings;

/// <summary>The names of one generated class, which its two files share.</summary>
internal sealed class BindingClass
{
    public BindingClass(BoundKernel kernel, string module, BindingOptions options)
    {
        Kernel = kernel;
        Signature = SignatureEmission.Create(kernel);
        Namespace = BindingNames.Namespace(options.Namespace, module);
        Name = BindingNames.Class(kernel.Name);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        TypeParameters = kernel.TypeParameters.ToImmutableDictionary(type => type.Name, type => BindingNames.TypeParameter(type.Name, Name, taken), StringComparer.Ordinal);
        Parameters = new CallParameters(kernel, Signature, TypeParameters);
    }

    public BoundKernel Kernel { get; }

    public KernelSignature Signature { get; }

    /// <summary>Empty for the global namespace.</summary>
    public string Namespace { get; }

    /// <summary>The name without type parameters.</summary>
    public string Name { get; }

    /// <summary>The names of C# by those of the spec.</summary>
    public ImmutableDictionary<string, string> TypeParameters { get; }

    public CallParameters Parameters { get; }

    /// <summary><c>CausalAttention&lt;T&gt;</c></summary>
    public string Declaration => Name + (Kernel.TypeParameters.IsEmpty ? string.Empty : $"<{string.Join(", ", Kernel.TypeParameters.Select(TypeParameter))}>");

    /// <summary><c>global::MyApp.CausalAttention&lt;T&gt;</c></summary>
    public string FullName => Qualified(Declaration);

    public string TypeParameter(TypeParameterSymbol type) => BindingNames.Escape(TypeParameters[type.Name]);

    /// <summary>A name in the namespace of the class.</summary>
    public string Qualified(string name) => "global::" + (Namespace.Length == 0 ? name : Namespace + "." + name);

    /// <summary>Writes something in the namespace of the class.</summary>
    public void InNamespace(CodeWriter writer, Action body)
    {
        if (Namespace.Length == 0)
        {
            body();
        }
        else
        {
            writer.Block($"namespace {Namespace}", body);
        }
    }
}
