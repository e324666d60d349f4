import CNftnl
import Glibc

/// Expressions by libnftnl.
enum ExpressionBuilder {
    private static let register = UInt32(NFT_REG_1.rawValue)

    /// The rule owns the expression from then on.
    static func add(_ expression: Expression, to rule: OpaquePointer) throws(FilterError) {
        guard let object = nftnl_expr_alloc(expression.name) else {
            throw FilterError("allocate expression \(expression.name)", errno: ENOMEM)
        }
        set(expression, object)
        nftnl_rule_add_expr(rule, object)
    }

    private static func set(_ expression: Expression, _ object: OpaquePointer) {
        switch expression {
        case .meta(let key):
            number(object, NFTNL_EXPR_META_KEY, key.rawValue)
            number(object, NFTNL_EXPR_META_DREG, register)
        case .payload(let base, let offset, let length):
            number(object, NFTNL_EXPR_PAYLOAD_DREG, register)
            number(object, NFTNL_EXPR_PAYLOAD_BASE, base.rawValue)
            number(object, NFTNL_EXPR_PAYLOAD_OFFSET, offset)
            number(object, NFTNL_EXPR_PAYLOAD_LEN, length)
        case .metaWord(let key, let word):
            number(object, NFTNL_EXPR_META_KEY, key.rawValue)
            number(object, NFTNL_EXPR_META_DREG, Self.register(word: word))
        case .payloadWord(let base, let offset, let length, let word):
            number(object, NFTNL_EXPR_PAYLOAD_DREG, Self.register(word: word))
            number(object, NFTNL_EXPR_PAYLOAD_BASE, base.rawValue)
            number(object, NFTNL_EXPR_PAYLOAD_OFFSET, offset)
            number(object, NFTNL_EXPR_PAYLOAD_LEN, length)
        case .hash(let bytes, let modulus, let seed):
            number(object, NFTNL_EXPR_HASH_SREG, Self.register(word: 4))
            number(object, NFTNL_EXPR_HASH_DREG, register)
            number(object, NFTNL_EXPR_HASH_LEN, bytes)
            number(object, NFTNL_EXPR_HASH_MODULUS, modulus)
            number(object, NFTNL_EXPR_HASH_SEED, seed)
            number(object, NFTNL_EXPR_HASH_TYPE, UInt32(NFT_HASH_JENKINS.rawValue))
        case .hasFragmentHeader:
            number(object, NFTNL_EXPR_EXTHDR_DREG, register)
            byte(object, NFTNL_EXPR_EXTHDR_TYPE, UInt8(IPPROTO_FRAGMENT))
            number(object, NFTNL_EXPR_EXTHDR_OFFSET, 0)
            number(object, NFTNL_EXPR_EXTHDR_LEN, 1)
            number(object, NFTNL_EXPR_EXTHDR_OP, UInt32(NFT_EXTHDR_OP_IPV6.rawValue))
            number(object, NFTNL_EXPR_EXTHDR_FLAGS, UInt32(NFT_EXTHDR_F_PRESENT.rawValue))
        case .senderCgroup(let level):
            number(object, NFTNL_EXPR_SOCKET_KEY, UInt32(NFT_SOCKET_CGROUPV2.rawValue))
            number(object, NFTNL_EXPR_SOCKET_DREG, register)
            number(object, NFTNL_EXPR_SOCKET_LEVEL, level)
        case .lookup(let set):
            number(object, NFTNL_EXPR_LOOKUP_SREG, register)
            nftnl_expr_set_str(object, UInt16(NFTNL_EXPR_LOOKUP_SET), set)
        case .bits(let mask, let xor):
            number(object, NFTNL_EXPR_BITWISE_SREG, register)
            number(object, NFTNL_EXPR_BITWISE_DREG, register)
            number(object, NFTNL_EXPR_BITWISE_LEN, UInt32(mask.count))
            bytes(object, NFTNL_EXPR_BITWISE_MASK, mask)
            bytes(object, NFTNL_EXPR_BITWISE_XOR, xor)
        case .networkOrder(let bytes):
            number(object, NFTNL_EXPR_BYTEORDER_SREG, register)
            number(object, NFTNL_EXPR_BYTEORDER_DREG, register)
            number(object, NFTNL_EXPR_BYTEORDER_OP, UInt32(NFT_BYTEORDER_HTON.rawValue))
            number(object, NFTNL_EXPR_BYTEORDER_LEN, bytes)
            number(object, NFTNL_EXPR_BYTEORDER_SIZE, bytes)
        case .compare(let comparison, let data):
            number(object, NFTNL_EXPR_CMP_SREG, register)
            number(object, NFTNL_EXPR_CMP_OP, comparison.rawValue)
            bytes(object, NFTNL_EXPR_CMP_DATA, data)
        case .random(let modulus):
            number(object, NFTNL_EXPR_NG_DREG, register)
            number(object, NFTNL_EXPR_NG_TYPE, UInt32(NFT_NG_RANDOM.rawValue))
            number(object, NFTNL_EXPR_NG_MODULUS, modulus)
        case .counter:
            break
        case .drop, .accept:
            number(object, NFTNL_EXPR_IMM_DREG, UInt32(NFT_REG_VERDICT.rawValue))
            number(object, NFTNL_EXPR_IMM_VERDICT, UInt32(expression == .drop ? NF_DROP : NF_ACCEPT))
        case .immediate(let data):
            number(object, NFTNL_EXPR_IMM_DREG, register)
            bytes(object, NFTNL_EXPR_IMM_DATA, data)
        case .setPriority, .setMark:
            let key: Expression.MetaKey = expression == .setMark ? .mark : .priority
            number(object, NFTNL_EXPR_META_KEY, key.rawValue)
            number(object, NFTNL_EXPR_META_SREG, register)
        case .outputIndexToSecond:
            number(object, NFTNL_EXPR_META_KEY, UInt32(NFT_META_OIF.rawValue))
            number(object, NFTNL_EXPR_META_DREG, UInt32(NFT_REG_2.rawValue))
        case .duplicate:
            number(object, NFTNL_EXPR_DUP_SREG_ADDR, register)
            number(object, NFTNL_EXPR_DUP_SREG_DEV, UInt32(NFT_REG_2.rawValue))
        case .duplicateByRoute:
            number(object, NFTNL_EXPR_DUP_SREG_ADDR, register)
        case .forward:
            number(object, NFTNL_EXPR_FWD_SREG_DEV, register)
        case .queue(let number, let bypass):
            short(object, NFTNL_EXPR_QUEUE_NUM, number)
            short(object, NFTNL_EXPR_QUEUE_TOTAL, 1)
            short(object, NFTNL_EXPR_QUEUE_FLAGS, bypass ? UInt16(NFT_QUEUE_FLAG_BYPASS) : 0)
        case .target(let name, let revision, let info):
            nftnl_expr_set_str(object, UInt16(NFTNL_EXPR_TG_NAME), name)
            number(object, NFTNL_EXPR_TG_REV, revision)
            // libnftnl keeps this very pointer and frees it with the expression.
            guard let copy = malloc(max(info.count, 1)) else { return }
            copy.copyMemory(from: info, byteCount: info.count)
            nftnl_expr_set(object, UInt16(NFTNL_EXPR_TG_INFO), copy, UInt32(info.count))
        }
    }

    private static func register(word: UInt32) -> UInt32 { UInt32(NFT_REG32_00.rawValue) + word }

    private static func byte(_ object: OpaquePointer, _ attribute: Int, _ value: UInt8) {
        nftnl_expr_set_u8(object, UInt16(attribute), value)
    }

    private static func number(_ object: OpaquePointer, _ attribute: Int, _ value: UInt32) {
        nftnl_expr_set_u32(object, UInt16(attribute), value)
    }

    private static func short(_ object: OpaquePointer, _ attribute: Int, _ value: UInt16) {
        nftnl_expr_set_u16(object, UInt16(attribute), value)
    }

    private static func bytes(_ object: OpaquePointer, _ attribute: Int, _ value: [UInt8]) {
        nftnl_expr_set(object, UInt16(attribute), value, UInt32(value.count))
    }
}

extension Expression {
    /// The kernel's name.
    var name: String {
        switch self {
        case .meta, .metaWord, .setPriority, .setMark, .outputIndexToSecond: "meta"
        case .payload, .payloadWord: "payload"
        case .hash: "hash"
        case .hasFragmentHeader: "exthdr"
        case .senderCgroup: "socket"
        case .lookup: "lookup"
        case .bits: "bitwise"
        case .networkOrder: "byteorder"
        case .compare: "cmp"
        case .random: "numgen"
        case .counter: "counter"
        case .drop, .accept, .immediate: "immediate"
        case .duplicate, .duplicateByRoute: "dup"
        case .forward: "fwd"
        case .queue: "queue"
        case .target: "target"
        }
    }
}
