/// A JSON document as a value, for an encoder to write.
package indirect enum JSONTree: Sendable, Equatable, Encodable {
    case text(String)
    case number(Double)
    case whole(Int64)
    case truth(Bool)
    case list([JSONTree])
    case object([String: JSONTree])

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .whole(let number): try container.encode(number)
        case .truth(let truth): try container.encode(truth)
        case .list(let list): try container.encode(list)
        case .object(let object): try container.encode(object)
        }
    }
}
