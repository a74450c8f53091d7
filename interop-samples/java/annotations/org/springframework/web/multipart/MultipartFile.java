package org.springframework.web.multipart;

public interface MultipartFile {
    byte[] getBytes();
}
