"""What a release needs beside the code: wheels for machines without network, bills of materials."""
