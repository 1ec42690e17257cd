/// Least-significant-digit radix sort of 64-bit keys, eleven bits at a time; digits that all keys share are skipped.
///
/// Of more than three digits the highest three are sorted by first: what is left then is most often in order but for neighbours.
enum RadixSort {
    /// Ascending; no number is NaN. −0 comes before 0.
    static func sorted(_ numbers: [Double]) -> [Double] {
        guard numbers.count > 256 else { return numbers.sorted() }
        let sign: UInt64 = 1 << 63
        // The bits of negative numbers descend: turned round, they ascend below those of the others.
        var keys = numbers.map { $0.bitPattern & sign == 0 ? $0.bitPattern | sign : ~$0.bitPattern }
        sort(&keys)
        return keys.map { Double(bitPattern: $0 & sign == 0 ? ~$0 : $0 ^ sign) }
    }

    /// Places in the ascending order of their numbers, none of which is negative; those of one number in the order given.
    static func order(_ places: [Int], by numbers: [Double]) -> [Int] {
        guard places.count > 256 else {
            let keys = places.map { (numbers[$0] + 0).bitPattern }
            return keys.indices.sorted { keys[$0] != keys[$1] ? keys[$0] < keys[$1] : $0 < $1 }.map { places[$0] }
        }
        var entries = places.map { (key: (numbers[$0] + 0).bitPattern, place: $0) }
        sort(&entries) { $0.key }
        return entries.map(\.place)
    }

    static func sort(_ keys: inout [UInt64]) {
        guard keys.count > 256 else { return keys.sort() }
        sort(&keys) { $0 }
    }

    private static let width = 11
    private static let buckets = 1 << width
    private static let digits = (UInt64.bitWidth + width - 1) / width

    @inline(__always)
    private static func digit(_ key: UInt64, _ place: Int) -> Int { Int(key &>> UInt64(place &* width) & UInt64(buckets &- 1)) }

    @inline(__always)
    private static func sort<Entry>(_ entries: inout [Entry], by key: (Entry) -> UInt64) {
        var counts = [Int](repeating: 0, count: digits * buckets)
        unsafe counts.withUnsafeMutableBufferPointer { counts in
            for entry in entries {
                let key = key(entry)
                for place in 0..<digits { unsafe counts[place &* buckets &+ digit(key, place)] &+= 1 }
            }
        }
        let count = entries.count
        let places = (0..<digits).filter { place in !counts[place * buckets..<(place + 1) * buckets].contains(count) }
        var others = entries
        func pass(_ place: Int) {
            var start = 0
            unsafe counts.withUnsafeMutableBufferPointer { counts in
                let starts = unsafe UnsafeMutableBufferPointer(rebasing: counts[place * buckets..<(place + 1) * buckets])
                for bucket in starts.indices {
                    let size = unsafe starts[bucket]
                    unsafe starts[bucket] = start
                    start += size
                }
                unsafe others.withUnsafeMutableBufferPointer { others in
                    for entry in entries {
                        let bucket = digit(key(entry), place)
                        let target = unsafe starts[bucket]
                        unsafe others[target] = entry
                        unsafe starts[bucket] = target &+ 1
                    }
                }
                // Ends are the next ones' starts: turned back into counts, for a second walk.
                var end = 0
                for bucket in starts.indices {
                    let next = unsafe starts[bucket]
                    unsafe starts[bucket] = next - end
                    end = next
                }
            }
            swap(&entries, &others)
        }
        guard places.count > 3 else { return places.forEach(pass) }
        places.suffix(3).forEach(pass)
        if !sortNeighbours(&entries, by: key) { places.forEach(pass) }
    }

    /// Stably sorts entries that are nearly in order; false, with some still to do, where one lies far from its place.
    @inline(__always)
    private static func sortNeighbours<Entry>(_ entries: inout [Entry], by key: (Entry) -> UInt64) -> Bool {
        let longest = 16
        return unsafe entries.withUnsafeMutableBufferPointer { entries in
            for index in entries.indices.dropFirst() {
                let entry = unsafe entries[index]
                let own = key(entry)
                var place = index
                while place > 0, unsafe key(entries[place &- 1]) > own {
                    if index - place == longest {
                        unsafe entries[place] = entry
                        return false
                    }
                    unsafe entries[place] = entries[place &- 1]
                    place &-= 1
                }
                unsafe entries[place] = entry
            }
            return true
        }
    }
}
