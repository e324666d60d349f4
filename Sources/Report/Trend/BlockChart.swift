import Foundation

/// Columns of block characters, eight steps to a line, for where nothing can be drawn.
package struct BlockChart: Sendable {
    package enum Value: Sendable, Equatable {
        case number(Double)
        case infinite
        case none
    }

    private let values: [Value]
    private let isLogarithmic: Bool
    private let height: Int

    private static let blocks = Array("▁▂▃▄▅▆▇█")

    /// - Parameters:
    ///   - isLogarithmic: then values of 0 and below stand as a dot.
    ///   - height: lines, at least 1.
    package init(_ values: [Value], isLogarithmic: Bool, height: Int) {
        self.values = values
        self.isLogarithmic = isLogarithmic
        self.height = max(1, height)
    }

    /// The least and the greatest that is drawn as a column; nil: there is none.
    package var range: ClosedRange<Double>? {
        let drawn = values.compactMap { value -> Double? in
            guard case .number(let number) = value, number.isFinite, number > 0 else { return nil }
            return number
        }
        guard let low = drawn.min(), let high = drawn.max() else { return nil }
        return (isLogarithmic ? low : 0)...high
    }

    /// From the top; all as wide as there are values. × stands for what is infinite, a dot for 0.
    package var lines: [String] {
        let levels = values.map(level)
        return (0..<height).map { line in
            let floor = (height - 1 - line) * Self.blocks.count
            return String(
                zip(values, levels).map { value, level -> Character in
                    switch value {
                    case .none: return " "
                    case .infinite: return line == 0 ? "×" : " "
                    case .number:
                        guard level > 0 else { return line == height - 1 ? "·" : " " }
                        let part = min(Self.blocks.count, level - floor)
                        return part > 0 ? Self.blocks[part - 1] : " "
                    }
                }
            )
        }
    }

    /// 1 to height × 8; 0: not above zero.
    private func level(_ value: Value) -> Int {
        guard case .number(let number) = value, number > 0, let range else { return 0 }
        let steps = Double(height * Self.blocks.count)
        let part: Double
        if isLogarithmic {
            let span = log(range.upperBound / range.lowerBound)
            part = span > 0 ? log(number / range.lowerBound) / span : 0
        } else {
            part = range.upperBound > 0 ? number / range.upperBound : 0
        }
        return 1 + Int((max(0, min(1, part)) * (steps - 1)).rounded())
    }
}
