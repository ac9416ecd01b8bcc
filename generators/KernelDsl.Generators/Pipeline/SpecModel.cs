namespace KernelDsl.Generators.Pipeline;

/// <summary>A generated class's name and the spec it is of; nothing here moves with lines.</summary>
/// <param name="ClassName">With its namespace, without type parameters.</param>
/// <param name="Path">The spec.</param>
/// <param name="Folder">The folder of the spec in hint names.</param>
/// <param name="FileName">The spec's name without extension.</param>
/// <param name="Number">Which kernel of the spec, from 0.</param>
internal sealed record KernelName(string ClassName, string Path, string Folder, string FileName, int Number)
{
    public string ShortName => ClassName.Substring(ClassName.LastIndexOf('.') + 1);
}

/// <summary>The class of one kernel, without its code.</summary>
internal sealed record BindingModel(KernelName Name, string Text);

/// <summary>The code of one kernel, or the error that making it ended with.</summary>
internal sealed record CodeModel(KernelName Name, string Text, DiagnosticModel? Failure);

/// <summary>What a spec gives without its code.</summary>
internal sealed record SpecModel(EquatableArray<BindingModel> Bindings, EquatableArray<Place> NamePlaces, EquatableArray<DiagnosticModel> Diagnostics);
