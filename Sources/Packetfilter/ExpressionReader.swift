import CNftnl
import Glibc

extension Expression {
    /// The way back from the kernel's attributes; nil for an expression that this target does not write.
    package init?(_ attributes: [NetlinkAttribute]) {
        let data = attributes[NFTA_EXPR_DATA]?.nested ?? []
        switch attributes[NFTA_EXPR_NAME]?.text {
        case "meta": self.init(meta: data)
        case "payload":
            guard let raw = data[NFTA_PAYLOAD_BASE]?.word, let base = PayloadBase(rawValue: raw),
                let offset = data[NFTA_PAYLOAD_OFFSET]?.word, let length = data[NFTA_PAYLOAD_LEN]?.word
            else { return nil }
            let word = data[NFTA_PAYLOAD_DREG]?.registerWord ?? 0
            self =
                word == 0
                ? .payload(base, offset: offset, length: length)
                : .payloadWord(base, offset: offset, length: length, word: word)
        case "bitwise":
            guard let mask = data[NFTA_BITWISE_MASK]?.nested[NFTA_DATA_VALUE],
                let xor = data[NFTA_BITWISE_XOR]?.nested[NFTA_DATA_VALUE]
            else { return nil }
            self = .bits(mask: Array(mask.value), xor: Array(xor.value))
        case "byteorder":
            guard let length = data[NFTA_BYTEORDER_LEN]?.word, data[NFTA_BYTEORDER_OP]?.number == 1 else {
                return nil
            }
            self = .networkOrder(bytes: length)
        case "cmp":
            guard let raw = data[NFTA_CMP_OP]?.word, let comparison = Comparison(rawValue: raw),
                let value = data[NFTA_CMP_DATA]?.nested[NFTA_DATA_VALUE]
            else { return nil }
            self = .compare(comparison, Array(value.value))
        case "numgen":
            guard data[NFTA_NG_TYPE]?.number == UInt64(NFT_NG_RANDOM.rawValue),
                let modulus = data[NFTA_NG_MODULUS]?.word
            else { return nil }
            self = .random(modulus: modulus)
        case "hash":
            guard data[NFTA_HASH_SREG]?.registerWord == 4, let length = data[NFTA_HASH_LEN]?.word,
                let modulus = data[NFTA_HASH_MODULUS]?.word
            else { return nil }
            self = .hash(bytes: length, modulus: modulus, seed: data[NFTA_HASH_SEED]?.word ?? 0)
        case "exthdr":
            guard data[NFTA_EXTHDR_TYPE]?.number == UInt64(IPPROTO_FRAGMENT),
                data[NFTA_EXTHDR_FLAGS]?.word == NFT_EXTHDR_F_PRESENT.rawValue
            else { return nil }
            self = .hasFragmentHeader
        case "socket":
            guard data[NFTA_SOCKET_KEY]?.word == NFT_SOCKET_CGROUPV2.rawValue,
                let level = data[NFTA_SOCKET_LEVEL]?.word
            else { return nil }
            self = .senderCgroup(level: level)
        case "lookup":
            guard let set = data[NFTA_LOOKUP_SET]?.text, (data[NFTA_LOOKUP_FLAGS]?.number ?? 0) == 0 else {
                return nil
            }
            self = .lookup(set: set)
        case "counter": self = .counter
        case "immediate": self.init(immediate: data[NFTA_IMMEDIATE_DATA]?.nested ?? [])
        case "dup":
            guard data[NFTA_DUP_SREG_ADDR] != nil else { return nil }
            self = data[NFTA_DUP_SREG_DEV] == nil ? .duplicateByRoute : .duplicate
        case "fwd":
            guard data[NFTA_FWD_SREG_DEV] != nil else { return nil }
            self = .forward
        case "queue":
            guard let number = data[NFTA_QUEUE_NUM]?.word, data[NFTA_QUEUE_TOTAL]?.number == 1 else {
                return nil
            }
            let flags = data[NFTA_QUEUE_FLAGS]?.word ?? 0
            self = .queue(number: UInt16(truncatingIfNeeded: number), bypass: flags & 1 != 0)
        case "target":
            guard let name = data[NFTA_TARGET_NAME]?.text, let revision = data[NFTA_TARGET_REV]?.word,
                let info = data[NFTA_TARGET_INFO]
            else { return nil }
            self = .target(name: name, revision: revision, info: Array(info.value))
        default: return nil
        }
    }

    private init?(meta data: [NetlinkAttribute]) {
        guard let raw = data[NFTA_META_KEY]?.word else { return nil }
        let key = MetaKey(rawValue: raw)
        if data[NFTA_META_SREG] != nil {
            switch key {
            case .priority: self = .setPriority
            case .mark: self = .setMark
            default: return nil
            }
        } else if raw == UInt32(NFT_META_OIF.rawValue),
            data[NFTA_META_DREG]?.word == UInt32(NFT_REG_2.rawValue)
        {
            self = .outputIndexToSecond
        } else if let key {
            let word = data[NFTA_META_DREG]?.registerWord ?? 0
            self = word == 0 ? .meta(key) : .metaWord(key, word: word)
        } else {
            return nil
        }
    }

    private init?(immediate data: [NetlinkAttribute]) {
        if let verdict = data[NFTA_DATA_VERDICT]?.nested[NFTA_VERDICT_CODE]?.word {
            switch Int32(bitPattern: verdict) {
            case NF_DROP: self = .drop
            case NF_ACCEPT: self = .accept
            default: return nil
            }
        } else if let value = data[NFTA_DATA_VALUE] {
            self = .immediate(Array(value.value))
        } else {
            return nil
        }
    }
}

extension NetlinkAttribute {
    /// The low 32 bits of the number.
    var word: UInt32 { UInt32(truncatingIfNeeded: number) }
    /// A register's number as that of its first word: the kernel says 2 for the register that begins with word 4.
    fileprivate var registerWord: UInt32 { word < 8 ? (word &- 1) &* 4 : word - 8 }
}
