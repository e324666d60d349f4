/// A seed of its own for each thing that draws, from the run's seed and a name: the same for the same, on every machine.
enum DerivedSeed {
    /// FNV-1a of the name's bytes, from the run's seed on, then mixed (the finalizer of SplitMix64).
    static func of(_ seed: UInt64, _ name: String) -> UInt64 {
        var value = seed ^ 0xcbf2_9ce4_8422_2325
        for byte in name.utf8 { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
