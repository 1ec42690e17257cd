# Fixtures of Arrow IPC as pyarrow writes it: a stream of two batches with dictionaries of their own, and a compressed file.
import pyarrow as pa, pyarrow.ipc as ipc, sys
out=sys.argv[1]
schema=pa.schema([("n",pa.int32()),("x",pa.float32()),("word",pa.dictionary(pa.int8(),pa.string())),("flag",pa.bool_()),("text",pa.large_string()),("when",pa.timestamp("ms"))])
def batch(n,x,w,f,t,k):
    return pa.record_batch([pa.array(n,pa.int32()),pa.array(x,pa.float32()),pa.array(w,pa.string()).dictionary_encode().cast(schema.field("word").type),pa.array(f),pa.array(t,pa.large_string()),pa.array(k,pa.timestamp("ms"))],schema=schema)
a=batch([1,None],[0.5,1.5],["b","a"],[True,None],["x",None],[0,1000]); b=batch([3],[None],["c"],[False],["ü"],[None])
with ipc.new_stream(out+"/two-batches.arrows",schema,options=ipc.IpcWriteOptions(emit_dictionary_deltas=False)) as w: w.write(a); w.write(b)
flat=pa.table({c:pa.chunked_array([a.column(c).cast(pa.string()) if c=="word" else a.column(c), b.column(c).cast(pa.string()) if c=="word" else b.column(c)]) for c in schema.names})
with ipc.new_file(out+"/compressed.arrow",flat.schema,options=ipc.IpcWriteOptions(compression="zstd")) as w: w.write_table(flat)
# Times in nanoseconds, as pandas writes them: of whole microseconds, and with one in the third row that is not.
import pyarrow.parquet as parquet
fine=pa.array([1000,2000,3999],pa.timestamp("ns"))
parquet.write_table(pa.table({"whole":pa.array([1000,2000,3000],pa.timestamp("ns")),"fine":fine,"coded":fine.dictionary_encode()}),out+"/nanoseconds.parquet")
