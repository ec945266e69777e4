package dev.mens.chat.reply;

import dev.mens.model.ReplyReader;
import dev.mens.model.ReplyReaders;
import org.osgi.service.component.annotations.Component;

/// Reads replies by the marks that the common formats put before calls.
@Component
public final class MarkedReplyReaders implements ReplyReaders {

    @Override
    public ReplyReader open() {
        return new StreamedReply();
    }
}
