using KernelDsl.Profiling.Counting;

namespace KernelDsl.Profiling.Sass;

/// <summary>Which part of an SM executes a machine instruction.</summary>
public static class SassOpcode
{
    /// <summary>The class of an opcode such as <c>IMAD.MOV.U32</c>; <see cref="InstructionClass.Other"/> for one that is not known.</summary>
    /// <param name="opcode">The opcode with its suffixes.</param>
    public static InstructionClass ClassOf(string opcode)
    {
        var dot = opcode.IndexOf('.', StringComparison.Ordinal);
        return (dot < 0 ? opcode : opcode[..dot]) switch
        {
            // A move to a constant that borrows an idle pipe is written as arithmetic of halves.
            "HFMA2" or "HADD2" or "HMUL2" or "HMNMX2" or "HSETP2" or "HSET2" => InstructionClass.Half,
            "FFMA" or "FMUL" or "FADD" or "FSWZADD" or "IMAD" or "IDP" or "FFMA32I" or "FMUL32I" or "FADD32I" => InstructionClass.Fma,
            "DFMA" or "DADD" or "DMUL" or "DSETP" => InstructionClass.Double,
            "MUFU" or "F2I" or "F2F" or "FRND" or "POPC" or "FLO" or "BREV" or "I2I" => InstructionClass.Special,
            "HMMA" or "IMMA" or "DMMA" or "BMMA" or "QMMA" or "HGMMA" or "IGMMA" or "QGMMA" or "BGMMA" => InstructionClass.Tensor,
            "LDG" or "STG" or "LD" or "ST" or "LDL" or "STL" or "LDGSTS" or "ATOM" or "ATOMG" or "RED" or "REDG" or "CCTL" or "CCTLL" or "UTMALDG" or "UTMASTG"
                or "UTMAREDG" or "UTMAPF" or "UBLKCP" or "UBLKRED" or "UBLKPF" or "REDAS" => InstructionClass.GlobalMemory,
            "LDS" or "STS" or "LDSM" or "STSM" or "ATOMS" or "MOVM" => InstructionClass.SharedMemory,
            "LDC" or "LDCU" or "ULDC" => InstructionClass.ConstantMemory,
            "SHFL" or "VOTE" or "VOTEU" or "MATCH" or "REDUX" or "ELECT" => InstructionClass.WarpExchange,
            "BAR" or "DEPBAR" or "LDGDEPBAR" or "MEMBAR" or "ERRBAR" or "CGAERRBAR" or "CCTL" or "SYNCS" or "FENCE" or "WARPSYNC" or "WARPGROUP" or "ARRIVES" or "NANOSLEEP"
                or "UCGABAR_ARV" or "UCGABAR_WAIT" or "WARPGROUPSET" or "ACQBULK" or "UTMACMDFLUSH" or "UTMACCTL" or "LEPC" => InstructionClass.Synchronisation,
            "BRA" or "BRX" or "JMP" or "JMX" or "CALL" or "RET" or "EXIT" or "BSSY" or "BSYNC" or "BREAK" or "BMOV" or "YIELD" or "KILL" or "BPT" or "NOP"
                or "PREEXIT" or "BRXU" or "ENDCOLLECTIVE" => InstructionClass.Control,
            "R2UR" or "S2UR" => InstructionClass.Uniform,
            "FMNMX" or "FSEL" or "FSETP" or "FSET" or "FCHK" or "F2FP" or "I2F" or "I2FP" or "IADD3" or "IADD" or "LOP3" or "LOP" or "SHF" or "SHL" or "SHR" or "LEA" or "ISETP"
                or "IMNMX" or "VIMNMX" or "VIADD" or "VIADDMNMX" or "IABS" or "SEL" or "MOV" or "PRMT" or "PLOP3" or "PSETP" or "P2R" or "R2P" or "CS2R" or "S2R"
                or "SGXT" or "BMSK" or "VABSDIFF" or "VABSDIFF4" or "B2R" or "R2B" or "ICMP" or "VOTE_VTG" or "FMNMX3" or "VIMNMX3" or "VHMNMX" => InstructionClass.Alu,
            ['U', ..] => InstructionClass.Uniform,
            _ => InstructionClass.Other,
        };
    }
}
