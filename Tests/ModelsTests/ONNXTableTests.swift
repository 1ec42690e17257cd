import COnnxRuntime
import Foundation
import Testing

/// Functions of ONNX Runtime are reached by their positions in a table. Neighbours may have the same parameters, so that a wrong position fails
/// silently: for each position something is seen that no neighbour does.
@Suite struct ONNXTableTests {
    private static func bytes(_ name: String) throws -> [UInt8] { try ONNXFixtures.bytes(name) }

    private static func session(_ bytes: [UInt8], threads: Int32? = nil) -> (session: OpaquePointer?, code: Int32, message: String) {
        var environment: OpaquePointer?
        #expect(unsafe ort_create_environment(4, "test", &environment) == nil)
        var options: OpaquePointer?
        #expect(unsafe ort_create_options(&options) == nil)
        if let threads { #expect(unsafe ort_set_intra_op_threads(options, threads) == nil) }
        defer { unsafe ort_release_options(options) }
        var session: OpaquePointer?
        guard let status = unsafe ort_create_session(environment, bytes, bytes.count, options, &session) else { return unsafe (session, 0, "") }
        defer { unsafe ort_release_status(status) }
        return unsafe (nil, ort_error_code(status), String(cString: ort_error_message(status)))
    }

    @Test func `the library is the one that the positions were read from`() {
        #expect(unsafe String(cString: ort_version()) == "1.32.0")
        #expect(ort_has_table() == 1)
    }

    @Test func `a status has a code and a message`() {
        let failed = unsafe Self.session(Array("no model".utf8))
        #expect(unsafe failed.code == 7)
        #expect(unsafe failed.message.contains("protobuf parsing failed"))
    }

    @Test func `a session counts, names and types inputs and outputs apart`() throws {
        let session = unsafe try Self.session(Self.bytes("elements")).session
        var allocator: OpaquePointer?
        #expect(unsafe ort_default_allocator(&allocator) == nil)
        var count = 0
        #expect(unsafe ort_input_count(session, &count) == nil)
        #expect(count == 7)
        #expect(unsafe ort_output_count(session, &count) == nil)
        #expect(count == 6)
        var name: UnsafeMutablePointer<CChar>?
        #expect(unsafe ort_input_name(session, 2, allocator, &name) == nil)
        #expect(unsafe name.map { unsafe String(cString: $0) } == "i")
        #expect(unsafe ort_free(allocator, name) == nil)
        #expect(unsafe ort_output_name(session, 3, allocator, &name) == nil)
        #expect(unsafe name.map { unsafe String(cString: $0) } == "L")
        #expect(unsafe ort_free(allocator, name) == nil)

        var type: OpaquePointer?
        #expect(unsafe ort_input_type(session, 6, &type) == nil)
        var kind: Int32 = 0
        #expect(unsafe ort_type_kind(type, &kind) == nil)
        #expect(kind == 1)
        var info: OpaquePointer?
        #expect(unsafe ort_type_tensor(type, &info) == nil)
        var element: Int32 = 0
        #expect(unsafe ort_element_type(info, &element) == nil)
        #expect(element == 1)
        var rank = 0
        #expect(unsafe ort_rank(info, &rank) == nil)
        #expect(rank == 3)
        var lengths = [Int64](repeating: 9, count: 3)
        #expect(unsafe ort_dimensions(info, &lengths, 3) == nil)
        #expect(lengths == [-1, -1, 4])
        var names = unsafe [UnsafePointer<CChar>?](repeating: nil, count: 3)
        #expect(unsafe ort_dimension_names(info, &names, 3) == nil)
        let spelled = unsafe names.map { unsafe $0.map { unsafe String(cString: $0) } }
        #expect(spelled == ["n", "m", ""])
        unsafe ort_release_type(type)
        #expect(unsafe ort_output_type(session, 1, &type) == nil)
        #expect(unsafe ort_type_tensor(type, &info) == nil)
        #expect(unsafe ort_element_type(info, &element) == nil)
        #expect(element == 11)
        unsafe ort_release_type(type)
        unsafe ort_release_session(session)

        let maps = unsafe try Self.session(Self.bytes("zipmap")).session
        #expect(unsafe ort_output_type(maps, 1, &type) == nil)
        #expect(unsafe ort_type_kind(type, &kind) == nil)
        #expect(kind == 2)
        #expect(unsafe ort_type_tensor(type, &info) == nil)
        #expect(unsafe info == nil)
        unsafe ort_release_type(type)
        unsafe ort_release_session(maps)
    }

    @Test func `a tensor is made, filled, described and read`() throws {
        var allocator: OpaquePointer?
        #expect(unsafe ort_default_allocator(&allocator) == nil)
        var tensor: OpaquePointer?
        #expect(unsafe ort_create_tensor(allocator, [2, 3], 2, 7, &tensor) == nil)
        var data: UnsafeMutableRawPointer?
        #expect(unsafe ort_tensor_data(tensor, &data) == nil)
        let numbers = unsafe try #require(data).assumingMemoryBound(to: Int64.self)
        for place in 0..<6 { unsafe numbers[place] = Int64(place) }
        var again: UnsafeMutableRawPointer?
        #expect(unsafe ort_tensor_data(tensor, &again) == nil)
        #expect(unsafe again == data)
        var info: OpaquePointer?
        #expect(unsafe ort_tensor_info(tensor, &info) == nil)
        var element: Int32 = 0
        var count = 0
        #expect(unsafe ort_element_type(info, &element) == nil)
        #expect(unsafe ort_element_count(info, &count) == nil)
        #expect(element == 7)
        #expect(count == 6)
        unsafe ort_release_tensor_info(info)
        var kind: Int32 = 0
        #expect(unsafe ort_value_kind(tensor, &kind) == nil)
        #expect(kind == 1)
        unsafe ort_release_value(tensor)

        #expect(unsafe ort_create_tensor(allocator, [2], 1, 8, &tensor) == nil)
        let (first, second) = (Array("Zug".utf8CString), Array("Genève".utf8CString))
        unsafe first.withUnsafeBufferPointer { first in
            unsafe second.withUnsafeBufferPointer { second in
                #expect(unsafe ort_fill_strings(tensor, [first.baseAddress, second.baseAddress], 2) == nil)
            }
        }
        #expect(unsafe ort_string_bytes(tensor, &count) == nil)
        #expect(count == 10)
        var bytes = [UInt8](repeating: 0, count: 10)
        var starts = [9, 9]
        #expect(unsafe ort_copy_strings(tensor, &bytes, 10, &starts, 2) == nil)
        #expect(String(decoding: bytes, as: UTF8.self) == "ZugGenève")
        #expect(starts == [0, 3])
        unsafe ort_release_value(tensor)
    }

    @Test func `the members of maps in a sequence are taken out`() throws {
        let session = unsafe try Self.session(Self.bytes("zipmap")).session
        var allocator: OpaquePointer?
        #expect(unsafe ort_default_allocator(&allocator) == nil)
        var tensor: OpaquePointer?
        #expect(unsafe ort_create_tensor(allocator, [3, 4], 2, 1, &tensor) == nil)
        var data: UnsafeMutableRawPointer?
        #expect(unsafe ort_tensor_data(tensor, &data) == nil)
        unsafe try #require(data).initializeMemory(as: Float.self, repeating: 1, count: 12)
        var produced: OpaquePointer?
        let (input, output) = (Array("X".utf8CString), Array("output_probability".utf8CString))
        unsafe input.withUnsafeBufferPointer { input in
            unsafe output.withUnsafeBufferPointer { output in
                #expect(unsafe ort_run(session, [input.baseAddress], [tensor], 1, [output.baseAddress], 1, &produced) == nil)
            }
        }
        var kind: Int32 = 0
        #expect(unsafe ort_value_kind(produced, &kind) == nil)
        #expect(kind == 2)
        var count = 0
        #expect(unsafe ort_member_count(produced, &count) == nil)
        #expect(count == 3)
        var map: OpaquePointer?
        #expect(unsafe ort_member(produced, 2, allocator, &map) == nil)
        #expect(unsafe ort_value_kind(map, &kind) == nil)
        #expect(kind == 3)
        unsafe ort_release_value(map)
        unsafe ort_release_value(produced)
        unsafe ort_release_value(tensor)
        unsafe ort_release_session(session)
    }

    @Test func `threads are set within operators, not between them, and a setting needs a key`() async throws {
        await #expect(processExitsWith: .success) {
            let bytes = try ONNXFixtures.bytes("logistic")
            // The first session starts what all of them share.
            unsafe ort_release_session(ONNXTableTests.session(bytes, threads: 1).session)
            let before = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
            let session = unsafe ONNXTableTests.session(bytes, threads: 6).session
            let after = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
            unsafe ort_release_session(session)
            #expect(after - before == 5, "\(before) → \(after)")
        }
        var options: OpaquePointer?
        #expect(unsafe ort_create_options(&options) == nil)
        #expect(unsafe ort_add_configuration(options, "session.intra_op.allow_spinning", "0") == nil)
        let status = unsafe ort_add_configuration(options, "", "0")
        #expect(unsafe ort_error_code(status) != 0)
        #expect(unsafe String(cString: ort_error_message(status)).lowercased().contains("key"))
        unsafe ort_release_status(status)
        unsafe ort_release_options(options)
    }

    private static func residentKilobytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
        return try #require(line.split(separator: " ").compactMap { Int($0) }.first)
    }

    /// A release at a wrong position frees something else, or nothing: it crashes, or memory grows.
    @Test func `what is made and released leaves no memory behind`() async {
        await #expect(processExitsWith: .success) {
            let bytes = try ONNXFixtures.bytes("logistic")
            var environment: OpaquePointer?
            _ = unsafe ort_create_environment(4, "test", &environment)
            var allocator: OpaquePointer?
            _ = unsafe ort_default_allocator(&allocator)
            func round() {
                var options: OpaquePointer?
                _ = unsafe ort_create_options(&options)
                _ = unsafe ort_set_intra_op_threads(options, 1)
                var session: OpaquePointer?
                _ = unsafe ort_create_session(environment, bytes, bytes.count, options, &session)
                unsafe ort_release_options(options)
                for _ in 0..<50 {
                    var spare: OpaquePointer?
                    _ = unsafe ort_create_options(&spare)
                    unsafe ort_release_options(spare)
                    var type: OpaquePointer?
                    _ = unsafe ort_input_type(session, 0, &type)
                    unsafe ort_release_type(type)
                    var name: UnsafeMutablePointer<CChar>?
                    _ = unsafe ort_input_name(session, 0, allocator, &name)
                    _ = unsafe ort_free(allocator, name)
                    var tensor: OpaquePointer?
                    _ = unsafe ort_create_tensor(allocator, [100, 100], 2, 11, &tensor)
                    var info: OpaquePointer?
                    _ = unsafe ort_tensor_info(tensor, &info)
                    unsafe ort_release_tensor_info(info)
                    unsafe ort_release_value(tensor)
                    unsafe ort_release_status(ort_input_name(session, 99, allocator, &name))
                }
                unsafe ort_release_session(session)
            }
            for _ in 0..<50 { round() }
            // What is lost grows each time; an allocator that takes a new arena does so once.
            var grown: [Int] = []
            for _ in 0..<3 {
                let before = try ONNXTableTests.residentKilobytes()
                for _ in 0..<300 { round() }
                grown.append(try ONNXTableTests.residentKilobytes() - before)
            }
            // 15,000 of the smallest of these are a megabyte and more.
            #expect(grown.contains { $0 < 600 }, "grew by \(grown) KB")
            unsafe ort_release_environment(environment)
        }
    }
}
