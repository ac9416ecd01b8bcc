return KernelDsl.Tool.ToolHost.Run(args, Console.Out, Console.Error);
