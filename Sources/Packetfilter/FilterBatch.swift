import CNftnl
import Glibc

/// Several changes that the kernel makes all at once or not at all (NFNL_MSG_BATCH_BEGIN … END).
struct FilterBatch {
    struct Step {
        /// For the error: "make chain arriving".
        let operation: String
        let build: (UInt32) throws(FilterError) -> [UInt8]
    }

    /// What the kernel echoed for one step.
    struct Echo {
        /// The rule as the kernel made it.
        var made: NetlinkMessage?
        /// The rule that it replaced, with its last counts.
        var removed: NetlinkMessage?
    }

    var steps: [Step] = []

    mutating func add(_ operation: String, _ build: @escaping (UInt32) throws(FilterError) -> [UInt8]) {
        steps.append(Step(operation: operation, build: build))
    }

    /// Sends, and reads one acknowledgement for each step; the first refusal is thrown, and then nothing was changed.
    /// `commit` false: the kernel checks everything and changes nothing. Like `nft --check`.
    func send(on socket: inout NetlinkSocket, commit: Bool = true) throws(FilterError) -> [Echo] {
        var bytes = RuleBuilder.batchBegin(sequence: socket.nextSequence())
        var numbers: [UInt32: Int] = [:]
        for (index, step) in steps.enumerated() {
            let sequence = socket.nextSequence()
            numbers[sequence] = index
            bytes += try step.build(sequence)
        }
        if commit { bytes += RuleBuilder.batchEnd(sequence: socket.nextSequence()) }
        let name = steps.first?.operation ?? "empty batch"
        try socket.send(bytes, operation: name)
        return try collect(from: &socket, numbers: numbers)
    }

    private func collect(
        from socket: inout NetlinkSocket,
        numbers: [UInt32: Int]
    ) throws(FilterError) -> [Echo] {
        let name = steps.first?.operation ?? "empty batch"
        var echoes = [Echo](repeating: Echo(), count: steps.count)
        var acknowledged = Set<Int>()
        var refusal: (step: Int, answer: KernelAnswer)?
        while let messages = try socket.receive(operation: name) {
            for message in messages {
                let index = numbers[message.sequence]
                if let answer = KernelAnswer(message) {
                    if answer.errno == 0 {
                        if let index { acknowledged.insert(index) }
                    } else if refusal.map({ index ?? 0 < $0.step }) ?? true {
                        // A refusal of the batch itself (no rights) carries the number of its first message.
                        refusal = (index ?? 0, answer)
                    }
                } else if let index, UInt32(message.type >> 8) == UInt32(NFNL_SUBSYS_NFTABLES) {
                    switch UInt32(message.type & 0xff) {
                    case NFT_MSG_NEWRULE.rawValue: echoes[index].made = message
                    case NFT_MSG_DELRULE.rawValue: echoes[index].removed = message
                    default: break
                    }
                }
            }
        }
        if let refusal {
            let operation = steps.indices.contains(refusal.step) ? steps[refusal.step].operation : name
            throw FilterError(operation, errno: refusal.answer.errno, detail: refusal.answer.text)
        }
        guard acknowledged.count == steps.count else {
            throw FilterError(
                name,
                errno: EIO,
                detail: "the kernel acknowledged \(acknowledged.count) of \(steps.count)"
            )
        }
        return echoes
    }
}
