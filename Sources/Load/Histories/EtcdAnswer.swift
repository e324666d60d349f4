import Foundation

/// What etcd's JSON gateway answers; keys and values are base64 (protobuf's JSON mapping of bytes).
enum EtcdAnswer {
    private struct Answer: Decodable {
        struct Header: Decodable {}
        struct Pair: Decodable { let value: Data? }

        let header: Header
        let kvs: [Pair]?
    }

    private struct Trouble: Decodable { let error: String }

    /// nil: it answers something else.
    static func meaning(of body: [UInt8], to operation: StoreOperation) -> StoreAnswer? {
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(body)) else { return nil }
        let texts = (answer.kvs ?? []).map { String(decoding: $0.value ?? Data(), as: UTF8.self) }
        let values = texts.compactMap { Int64($0) }
        guard values.count == texts.count else { return nil }
        switch operation {
        case .write, .add: return .done
        case .read: return values.count <= 1 ? .value(values.first) : nil
        case .readAll: return .values(values)
        }
    }

    /// Why it was refused, as far as it says so.
    static func trouble(_ body: [UInt8]) -> String {
        (try? JSONDecoder().decode(Trouble.self, from: Data(body)))?.error ?? "no reason given"
    }

    static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}
