package import Plan

/// What the templates of one load are filled from. A pure function of the request's number: nothing is remembered, so
/// that a repetition repeats and several hosts share one numbering.
package struct TemplateValues: Sendable, Equatable {
    private let seed: UInt64
    private let tables: [TemplateRows]

    /// - Parameter seed: of this load, drawn from the run's.
    package init(seed: UInt64, data: [DataRows]) {
        self.seed = seed
        tables = data.map(TemplateRows.init)
    }

    /// 64 bits for one purpose of one request: two rounds of SplitMix64's mixing (see `SeededGenerator`), so that
    /// neighbours in number and purpose have nothing in common.
    func bits(_ number: UInt64, purpose: UInt64) -> UInt64 {
        Self.mixed(Self.mixed(seed ^ number &* 0x9e37_79b9_7f4a_7c15) &+ purpose &* 0xd1b5_4a32_d192_ed03)
    }

    func random(_ range: ClosedRange<Int64>, _ number: UInt64, purpose: UInt64) -> Int64 {
        let width = UInt64(bitPattern: range.upperBound &- range.lowerBound) &+ 1
        let part = bits(number, purpose: purpose).multipliedFullWidth(by: width).high
        return range.lowerBound &+ Int64(bitPattern: part)
    }

    /// All columns of a table are of one row.
    func withCell<Result>(
        _ number: UInt64,
        table: Int,
        column: Int,
        _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        let rows = tables[table]
        let place = rows.isRandom ? bits(number, purpose: .max - UInt64(table)) : number
        return rows.withCell(Int(place % UInt64(rows.count)), column, body)
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
