package import Plan

/// A template made ready once; then each request costs its bytes and no allocation.
package struct RequestTemplate: Sendable, Equatable {
    private enum Piece: Sendable, Equatable {
        case bytes([UInt8])
        case number
        case random(ClosedRange<Int64>, purpose: UInt64)
        case uuid(purpose: UInt64)
        case field(table: Int, column: Int)
    }

    private let pieces: [Piece]

    /// - Parameter purpose: of its first draw; templates of one request do not share draws.
    package init(_ template: TextTemplate, purpose: UInt64) {
        pieces = template.pieces.enumerated().map { index, piece in
            // A UUID takes two.
            let purpose = purpose + 2 * UInt64(index)
            return switch piece {
            case .bytes(let bytes): .bytes(bytes)
            case .number: .number
            case .random(let range): .random(range, purpose: purpose)
            case .uuid: .uuid(purpose: purpose)
            case .field(let table, let column), .raw(let table, let column):
                .field(table: table, column: column)
            }
        }
    }

    package func write(_ number: UInt64, _ values: TemplateValues, into output: inout OutputBytes) {
        for piece in pieces {
            switch piece {
            case .bytes(let bytes): output.append(bytes)
            case .number: output.append(decimal: number)
            case .random(let range, let purpose):
                output.append(decimal: values.random(range, number, purpose: purpose))
            case .uuid(let purpose):
                output.append(
                    uuid: values.bits(number, purpose: purpose),
                    values.bits(number, purpose: purpose + 1)
                )
            case .field(let table, let column):
                values.withCell(number, table: table, column: column) { output.append($0) }
            }
        }
    }

    /// Bytes that `write` writes for this number.
    package func count(_ number: UInt64, _ values: TemplateValues) -> Int {
        pieces.reduce(0) { sum, piece in
            switch piece {
            case .bytes(let bytes): sum + bytes.count
            case .number: sum + OutputBytes.digits(number)
            case .random(let range, let purpose):
                sum + OutputBytes.digits(values.random(range, number, purpose: purpose))
            case .uuid: sum + 36
            case .field(let table, let column):
                sum + values.withCell(number, table: table, column: column) { $0.count }
            }
        }
    }
}
