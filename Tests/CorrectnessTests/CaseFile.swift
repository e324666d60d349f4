import Correctness
import Foundation
import Testing

/// A reference file of histories. From the folder that FAULTLINE_CASES names, if set, else from this target's own copy.
enum CaseFile {
    struct Case<Verdict: Decodable>: Decodable {
        let name: String
        let ops: [Op]
        let verdict: Verdict

        private enum Key: String, CodingKey {
            case name
            case ops
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            name = try fields.decode(String.self, forKey: .name)
            ops = try fields.decode([Op].self, forKey: .ops)
            verdict = try Verdict(from: decoder)
        }
    }

    struct Op: Decodable {
        let p: Int
        let f: String
        let v: Number?
        let call: Int64
        let ret: Int64?
        let out: Number?
    }

    /// A number, a pair, or whether something was so.
    enum Number: Decodable {
        case one(Int64)
        case pair(Int64, Int64)
        case flag(Bool)

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let flag = try? value.decode(Bool.self) {
                self = .flag(flag)
            } else if let one = try? value.decode(Int64.self) {
                self = .one(one)
            } else {
                let pair = try value.decode([Int64].self)
                guard pair.count == 2 else {
                    throw DecodingError.dataCorruptedError(in: value, debugDescription: "no pair")
                }
                self = .pair(pair[0], pair[1])
            }
        }

        var number: Int64? {
            if case .one(let value) = self { value } else { nil }
        }
    }

    static func cases<Verdict: Decodable>(_ name: String, _ type: Verdict.Type) throws -> [Case<Verdict>] {
        let folder = ProcessInfo.processInfo.environment["FAULTLINE_CASES"].flatMap { $0.isEmpty ? nil : $0 }
        let own = try #require(Bundle.module.resourceURL, "the tests' resources are missing")
        let base = folder.map { URL(filePath: $0) } ?? own.appending(path: "Cases")
        let cases = try JSONDecoder().decode(
            [Case<Verdict>].self,
            from: Data(contentsOf: base.appending(path: name))
        )
        try #require(!cases.isEmpty)
        return cases
    }

    struct Unreadable: Error {
        let op: Op
    }
}

extension CaseFile.Op {
    func register() throws -> RegisterInvocation {
        let action: RegisterAction
        switch (f, v) {
        case ("w", .one(let value)?): action = .write(value)
        case ("r", _): action = .read(out?.number)
        case ("cas", .pair(let old, let new)?):
            var isSet = false
            if case .flag(let flag)? = out { isSet = flag }
            action = .compareAndSet(old, new, isSet: isSet)
        default: throw CaseFile.Unreadable(op: self)
        }
        return operation(action)
    }

    func queue() throws -> QueueInvocation {
        switch (f, v) {
        case ("enq", .one(let value)?): return operation(.enqueue(value))
        case ("deq", _): return operation(.dequeue(out?.number))
        default: throw CaseFile.Unreadable(op: self)
        }
    }

    private func operation<Action>(_ action: Action) -> Invocation<Action> {
        Invocation(client: p, action, start: call, end: ret ?? .max, outcome: ret == nil ? .unknown : .ok)
    }
}
